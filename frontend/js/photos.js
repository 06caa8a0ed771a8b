// Shows the chosen photos before they are sent: <input type="file" data-photos data-most="6" data-largest="15728640">.
// Nothing is changed in the files: when a photo was taken is read from them on the server, then removed.
import { all, say } from "./parts.js";

const SIDE = 320;

async function thumbnail(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close && picture.close();
  return canvas.toDataURL("image/jpeg", 0.8); // data:, because the policy of the page allows no blob:
}

// Only Safari draws HEIC; elsewhere the photo is sent without being shown first.
function isHeic(file) {
  return /^image\/hei[cf]$/.test(file.type) || /\.hei[cf]$/i.test(file.name);
}

function size(bytes) {
  return bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function line(text, isBad) {
  const p = document.createElement("p");
  p.textContent = text;
  if (isBad) p.className = "hy-shots__bad";
  return p;
}

export function previewPhotos(root) {
  all(root, 'input[type="file"][data-photos]').forEach((input) => {
    const list = document.createElement("ul");
    list.className = "hy-shots";
    list.setAttribute("aria-live", "polite");
    input.after(list);
    input.addEventListener("change", () => {
      list.textContent = "";
      const most = Number(input.dataset.most || 6);
      const largest = Number(input.dataset.largest || 15728640);
      Array.from(input.files).forEach((file, index) => {
        const item = document.createElement("li");
        item.append(line(`${index + 1}. ${size(file.size)}`));
        if (index >= most) item.append(line(say(input, "tooMany", `最多 ${most} 张，这张不会上传`), true));
        else if (file.size > largest) item.append(line(say(input, "tooLarge", `超过 ${size(largest)}，请换一张`), true));
        list.append(item);
        if (!window.createImageBitmap) return;
        thumbnail(file).then((url) => {
          const img = new Image();
          img.src = url;
          img.alt = `${index + 1}`;
          item.prepend(img);
        }).catch(() => isHeic(file) || item.append(line(say(input, "notAPhoto", "打不开，请换成 JPEG、PNG、WebP 或 HEIC 照片"), true)));
      });
    });
  });
}
