// The meeting's console: acts in order, also over two minutes without network, and the live queue.
import { queueActs } from "./acts.js";
import { tickClocks } from "./clock.js";
import { followLive } from "./live.js";
import { start } from "./parts.js";

start([queueActs, followLive, tickClocks]);
