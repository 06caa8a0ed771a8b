// Desk: the public parts and choosing many rows at once.
import { chooseMany } from "./bulk.js";
import { keepDrafts } from "./drafts.js";
import { guideFocus } from "./focus.js";
import { compareOnDemand } from "./pairs.js";
import { start } from "./parts.js";
import { previewPhotos } from "./photos.js";
import { printOnDemand } from "./print.js";
import { sendOnce } from "./sending.js";

start([guideFocus, keepDrafts, previewPhotos, compareOnDemand, sendOnce, printOnDemand, chooseMany]);
