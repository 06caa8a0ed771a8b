// A meeting's public pages: what changes by itself, a question that waits for the network, 同问 in place.
import { tickClocks } from "./clock.js";
import { followLive } from "./live.js";
import { start } from "./parts.js";
import { supportInPlace } from "./support.js";
import { keepQuestions } from "./waiting.js";

start([keepQuestions, supportInPlace, followLive, tickClocks]);
