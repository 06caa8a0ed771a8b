// Public pages: everything works without this file; it only saves steps.
import { keepDrafts } from "./drafts.js";
import { guideFocus } from "./focus.js";
import { compareOnDemand } from "./pairs.js";
import { start } from "./parts.js";
import { previewPhotos } from "./photos.js";
import { printOnDemand } from "./print.js";
import { sendOnce } from "./sending.js";
import { turnSlides } from "./slides.js";
import { nameTables } from "./tables.js";

start([guideFocus, keepDrafts, previewPhotos, compareOnDemand, sendOnce, printOnDemand, nameTables, turnSlides]);
