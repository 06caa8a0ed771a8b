"""A complaint is read: which of the 24 matters it is about, and whether the running of an estate is concerned."""

from __future__ import annotations

import subprocess
import sys

import pytest

from huiyin.language import classify
from huiyin.language.complaints.categories import CATEGORY_NAMES

MATTERS = {
    "交通道路": [
        "路口红绿灯时间太短，早高峰堵车严重，建议交警调整。",
        "公交 312 路间隔半个小时一趟，上班很不方便，请增加车次。",
        "地铁站出入口离人行天桥太远，过马路危险，能否增加斑马线？",
    ],
    "噪音油烟扰民": [
        "楼下烧烤店油烟直接排到居民家里，窗户都不敢开。",
        "广场舞音响声音太大，晚上十点还在放，吵得孩子睡不着。",
        "隔壁 KTV 通宵营业，噪音扰民，报警也没有用。",
    ],
    "教育": [
        "孩子要上小学了，学区怎么划分，户口不在一起能入学吗？",
        "培训机构关门跑路，学费不退，请教育局处理。",
        "中学强制学生周末补课收费，请教育部门查处。",
    ],
    "购房与产权": [
        "买的商品房五年了还办不下房产证，开发商一直拖。",
        "开发商捆绑销售车位，不买车位就不让签购房合同，要求退定金。",
        "公积金贷款买房，开发商拒绝，要求全款。",
    ],
    "市政环境": [
        "路边有人焚烧垃圾，气味刺鼻，请环卫部门处理。",
        "河道污水直排，水又黑又臭，请治理。",
        "街上流动摊贩占道经营，地面油污，市容很差。",
    ],
    "交房与房屋质量": [
        "开发商延期交房半年，楼盘停工，业主要求给个说法。",
        "新房交付后墙体开裂、窗户渗水，开发商拒绝整改。",
        "精装房质量差，与样板房严重不符，开发商虚假宣传。",
    ],
    "施工扰民与污染": [
        "工地夜间施工到凌晨三点，打桩声吵得居民无法入睡。",
        "渣土车进出工地尘土飞扬，扬尘污染严重。",
        "旁边楼盘工地通宵浇混凝土，施工噪音扰民。",
    ],
    "违建群租与占用": [
        "顶楼业主私自加盖房屋，违章建筑一直没有拆除。",
        "小区里住改商泛滥，住宅里开起了日租房和公司。",
        "邻居把三居室隔成八间群租，住了二十多人。",
    ],
    "征地拆迁安置": [
        "房屋拆迁三年了，安置房还没有分，过渡费也停发了。",
        "村里土地被征收，补偿款没有到位。",
        "我们片区什么时候拆迁，补偿标准是多少？",
    ],
    "供水供电供暖供气": [
        "家里停水两天了，自来水公司说在抢修，什么时候来水？",
        "小区一到晚上就停电，变压器跳闸，供电局不来换。",
        "天然气开通费太贵，燃气公司乱收费。",
    ],
    "停车与充电": [
        "小区停车位不够，外来车辆乱停，业主没有地方停车。",
        "物业不同意在车位上安装充电桩。",
        "小区停车费从每月一百涨到三百，没有征求业主意见。",
    ],
    "业委会与物业管理": [
        "小区要成立业委会，社区不批，物业也百般阻挠。",
        "物业公司不作为，服务差，业主要求更换物业公司。",
        "业委会换届没有公示，业主要求重新选举业主委员会。",
    ],
    "消防与通道": [
        "小区消防通道被私家车堵死，消防车进不来。",
        "楼道消防栓没有水，灭火器过期，消防安全隐患很大。",
        "电动车停在楼道里充电，堵住消防通道，有火灾隐患。",
    ],
    "保洁与垃圾": [
        "小区垃圾桶满了没人清运，楼道脏乱没人打扫。",
        "楼道里到处是垃圾，保洁一个星期不来打扫。",
        "小区内垃圾站臭气熏天，物业不清运垃圾。",
    ],
    "房屋漏水与维修": [
        "顶楼漏水，屋面防水坏了，物业一直不维修。",
        "楼上卫生间漏水到我家，物业不管。",
        "外墙渗水导致卧室发霉，报修半年没有维修。",
    ],
    "收费与公共收益": [
        "物业费涨价没有经过业主大会同意，收费不合理。",
        "小区广告收入等公共收益从不公示，物业账目不清。",
        "物业乱收公摊水电费，要求退还物业费。",
    ],
    "公共设施维修与改造": [
        "老旧小区改造什么时候轮到我们小区？路面破损、管道老化。",
        "小区健身器材坏了，路灯不亮，没有人维修。",
        "我们院子是九十年代的老小区，希望纳入提质改造。",
    ],
    "电梯": [
        "单元电梯经常故障，上周又困人，物业不修。",
        "电梯坏了一个星期没有维修，老人下不了楼。",
        "电梯老化严重，多次突然下坠，要求更换电梯。",
    ],
    "通信网络": [
        "小区手机信号很差，移动信号只有一格，请建基站。",
        "物业只允许一家宽带进小区，联通网络装不了。",
        "宽带网络经常断，电信公司不来维修。",
    ],
    "绿化": [
        "小区草坪枯死，绿化没有人养护，物业不补种。",
        "楼前的大树没人修剪，树枝挡住了窗户的阳光。",
        "物业把小区的绿化带铲掉，要求恢复绿化、补种树木。",
    ],
    "装修": [
        "楼上装修砸承重墙，物业不制止。",
        "装修公司收了装修款就跑路，装修停工。",
        "邻居周末装修电钻声不断，物业不管装修时间。",
    ],
    "宠物": [
        "小区有人遛狗不牵绳，大型犬差点咬到孩子。",
        "邻居养了五条狗，天天叫，狗粪到处都是。",
        "小区里流浪狗成群，多次咬人，请捕捉流浪狗。",
    ],
    "安保与门禁": [
        "单元门禁坏了，外来人员随便进出，家里被盗。",
        "小区保安不管事，监控坏了，连续发生盗窃。",
        "物业换了门禁系统，不录人脸不让业主进门。",
    ],
    "其他": [
        "公司拖欠工资三个月，请劳动监察部门处理。",
        "社保卡怎么补办，医保报销需要什么材料？",
        "被网络贷款诈骗，报案后没有消息。",
    ],
}


@pytest.mark.parametrize("category", CATEGORY_NAMES)
def test_a_plain_complaint_gets_its_matter(category):
    assert {
        text: each.category for text, each in zip(MATTERS[category], classify(MATTERS[category]), strict=True)
    } == (dict.fromkeys(MATTERS[category], category))


@pytest.mark.parametrize(
    "text",
    [
        "物业公司不作为，小区脏乱差没人管。",
        "交房时物业强制预收一年物业费，不交就不给钥匙，请查处这家物业。",
        "小区里有人把住宅改成麻将馆，吵到半夜。",
        "小区地下车库积水，物业不抽水。",
        "业主遛狗不拴绳，物业不劝阻。",
        "我们小区的电梯坏了好几天了。",
        "老旧小区没有物业，下水道堵了没人修。",
    ],
)
def test_what_the_company_could_answer_for_is_property_related(text):
    (found,) = classify([text])
    assert found.property_related
    assert found.related_confidence >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "开发商交付的新房墙面开裂漏水，要求开发商整改。",
        "楼盘延期交房，开发商停工。",
        "小区外面的道路什么时候修通？",
        "小区旁边的工地夜间施工，噪音扰民。",
        "小区配套小学什么时候开学，学位够不够？",
        "小区对面工厂排放废气，气味难闻。",
        "开发商不给业主办理房产证。",
        "小区门口的公交站能不能增加一条线路？",
    ],
)
def test_what_a_developer_school_road_or_neighbour_does_is_not(text):
    (found,) = classify([text])
    assert not found.property_related
    assert found.related_confidence < 0.5


BRIEF = {
    "电梯坏了三天没人修": (True, "电梯"),
    "小区路灯坏了": (True, "公共设施维修与改造"),
    "楼道垃圾没人清理": (True, "保洁与垃圾"),
    "公共收益不公示": (True, "收费与公共收益"),
    "小区停车费乱涨价": (True, "停车与充电"),
    "消防通道被堵": (True, "消防与通道"),
    "小区绿化没人管": (True, "绿化"),
    "物业不作为": (True, "业委会与物业管理"),
    "公交车晚点": (False, "交通道路"),
    "拖欠工资": (False, "其他"),
    "马路路灯不亮": (False, "市政环境"),
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("市民来电：", "请回电13800001234。"),
        ("", "，微信号wx8812345，望回复"),
        ("来电人王先生反映，", "。市民要求尽快处理。"),
    ],
)
def test_a_short_record_is_read_the_same_whoever_is_to_be_called_back(before, after):
    told = classify(before + text + after for text in BRIEF)
    assert {
        text: (each.property_related, each.category) for text, each in zip(BRIEF, told, strict=True)
    } == BRIEF


def test_an_estate_needs_no_word_of_its_kind_where_it_is_known_as_one():
    texts = ["青禾北里暖气不热", "望河嘉园树木多年未修剪", "望河嘉园下水道堵了", "望河嘉园门口公交车晚点"]
    without, known = classify(texts), classify(texts, of_estates=[True] * len(texts))
    assert not any(each.property_related for each in without)
    assert [each.property_related for each in known] == [True, True, True, False]


def test_each_text_has_an_answer_in_the_same_order_whatever_stands_beside_it():
    texts = [text for texts in MATTERS.values() for text in texts]
    together = classify(texts)
    assert together == [classify([text])[0] for text in texts]
    assert classify(iter(texts[::-1])) == together[::-1]
    assert classify([]) == []


def test_what_is_short_or_says_nothing_is_told_with_little_confidence():
    for text, found in zip(texts := ["", " \n", "😀", "您好"], classify(texts), strict=True):
        assert found.category == "其他" or text == "您好"
        assert not found.property_related
        assert found.confidence < 0.8


def test_a_process_that_classifies_loads_no_numpy():
    code = "import sys; from huiyin.language import classify; classify(['电梯坏了']); print('numpy' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.strip() == "False"
