"""Who is named as the one who acts or answers: an office, a company, a person; 我局 and 相关部门 name nobody."""

from __future__ import annotations

import re

from huiyin.language.enclosed import Range, Ranges, find_quotes, find_titles

# What an office is called at its end. A name must stand before it: 市住建局, 泉水街道, 安居物业公司.
_KINDS = (
    "办事处|街道办|街道|居委会|委员会|村委会|管委会|业委会|筹备组|指挥部|领导小组|工作组|派出所|分局|局(?![面部势限])|"
    "大队|中队|支队|总队|执法队|消防队|环卫所|[\u4e00-\u9fff]所(?![有以在述说反提谓需属示见])|管理处|管理站|维护处|事务中心|服务中心|管理中心|登记中心|中心(?=[核调处已将负办])|公司|集团|银行|供电所|电视台|"
    "法院|检察院|医院(?=[将已未对在])|[小中]学(?=[将已未对表要组])|[^到好坏用四远深何长此]处(?=[将已负牵会])|园林处|环卫处|房管所|物业科|科室?(?=[、,，已将对的])|专业组|专班|项目部|人民政府(?!门户|办公厅|令|网)|[镇乡]政府|[镇乡]党委|卫[生计]*委|发改委|纪委|残联|图书馆|景区(?=[将已安在对])|组织部|宣传部|扶贫办|征拆部门|服务窗口|办公室(?!发文|关于)|[镇乡县区市]党委|水厂(?=[将已与自])|车管所|路桥公司|县委办|网宣办|信访办|规划办|整治办|综治办|城管办|拆迁办|物业办"
)
_NAMED = re.compile(rf"(?P<before>[\u4e00-\u9fffA-Za-z0-9#·]{{1,4}})(?P<kind>{_KINDS})")
_NOBODY_BEFORE = re.compile(
    r"(?:我|我们|本|各|贵|该|此|你|您|其|原|等|和|与|及|的|向|由|到|在|关|级|位|应|他|属|个|多|两|哪|何|布|结|格|当|我市|我区|我县|区县|我镇|我市各)$"
)
# Offices that are one of their kind for the asker, needing no name before them.
_KNOWN = re.compile(
    r"学校(?=[将已未要组高在对])|(?<!全)[镇村](?=将|已|工作人员|干部|负责|两委|支两委|委)|[\u4e00-\u9fff]{2}主管部门|转(?:交|至|给)?[A-Z]?\d*[\u4e00-\u9fff]{0,6}[县市区镇乡](?=[\u4e00-\u9fff]{0,4}(?:调查|核|处|办))|物业(?!费|服务费|管理条例|服务收费|维修|管理办法|收费|服务企业|服务等级|服务用房|小区|类)|开发商|施工(?:方|单位)|建设单位|维保单位|(?:公安|交通|巡)?交警|城管(?!服务热线|热线|理)|环卫(?:部门|工人|公司)|街道(?=[、,，]|社区|已|将|办|组|联|干|工作)|社区(?=[、,，]|居委|工作|已|将|联|干|书记|民警)|"
    r"(?:工程|客服|保洁|秩序|绿化|维修|综合|财务|安保|设备|民政|住建|教育|国土|工商|环保|消防|公安|市政|税务|人社|卫生|交通|城建|规划|房产|水务|水利|农业|林业|电力|铁路|质监|食药监|物价|财政|文化|旅游|审批|医保)部门?(?![署分位件])|公安机关|"
    r"(?:公交|自来水|供水|供电|燃气|热力|电梯|电力|水务|水业|轨道|房产|保洁|保安|电信|移动|联通|维保)(?:集团)?公司|业主委员会|业委会|居委会|法院|管家"
)
_PERSON = re.compile(
    r"(?:责任人|负责人|联系人|经办人|承办人|责任单位|责任部门|牵头单位|牵头部门)(?:为|是|:|：)\s*[\u4e00-\u9fff]{2,}|"
    r"[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹章苏潘范彭鲁马方俞任袁柳史唐薛雷贺倪汤罗郝毕安常于傅齐康余元顾孟黄穆萧尹姚邵汪毛米戴宋庞熊纪屈项祝董梁杜阮蓝季贾江童郭梅林钟徐邱骆高夏蔡田樊胡凌霍万柯管卢莫房解应宗丁邓洪石崔龚程裴陆翁曲车侯段焦巴武符刘景詹龙叶温庄曾游关欧][\u4e00-\u9fff]{0,2}(?:经理|主任|队长|主管|工程师|书记|局长|科长|所长|站长|同志|师傅|管家|工)(?=[负牵组带到上于已将核查电对,，。、(（:：]|$)"
)
_SALUTATION = re.compile(r"^.{0,40}?(?:您好|你好)[!！,，。:：]*")
# Whom to ask instead, in a title, a quotation or the name of the asker's estate, is nobody who acts.
_DECLINED = re.compile(r"派出所集体|局[务长]会|公司法|集体户口")


def find_responsible(text: str) -> list[Range]:
    """Spans of the names, in order, in folded text; empty if it only says 我局, 我们, 相关部门."""
    aside = Ranges(
        find_titles(text), (span for span in find_quotes(text)), (m.span() for m in _DECLINED.finditer(text))
    )
    found: list[Range] = []
    for pattern in (_NAMED, _KNOWN, _PERSON):
        for match in pattern.finditer(text):
            if aside.holds(match.start()) or aside.holds(match.end() - 1):
                continue
            if pattern is _NAMED and _NOBODY_BEFORE.search(match["before"]):
                continue
            found.append(Range(*match.span()))
    return sorted(found)
