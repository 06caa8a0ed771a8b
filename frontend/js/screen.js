// The projector and the code at the door only follow.
import { tickClocks } from "./clock.js";
import { followLive } from "./live.js";
import { start } from "./parts.js";

start([followLive, tickClocks]);
