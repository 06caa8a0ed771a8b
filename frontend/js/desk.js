// Desk: the public parts, choosing many rows at once, covering parts of a photo, writing beside what the check says.
import { chooseMany } from "./bulk.js";
import { keepDrafts } from "./drafts.js";
import { showFindings } from "./findings.js";
import { guideFocus } from "./focus.js";
import { compareOnDemand } from "./pairs.js";
import { start } from "./parts.js";
import { previewPhotos } from "./photos.js";
import { printOnDemand } from "./print.js";
import { coverByHand } from "./redact.js";
import { saveWhileWriting } from "./saving.js";
import { sendOnce } from "./sending.js";
import { tellSignedOut } from "./signedout.js";
import { nameTables } from "./tables.js";
import { helpWriting } from "./writing.js";

start([tellSignedOut, guideFocus, keepDrafts, previewPhotos, compareOnDemand, sendOnce, printOnDemand, nameTables, chooseMany, coverByHand, helpWriting, saveWhileWriting, showFindings]);
