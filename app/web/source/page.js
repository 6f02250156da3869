/* What makes the served page lively. Without it, everything can still be read and asked. */
import "./page.css";
import { copying } from "./copying.js";
import { following } from "./following.js";
import { reading } from "./reading.js";
import { supposing } from "./supposing.js";

document.documentElement.classList.add("js");
copying(document);
reading(document);
supposing(document);
following(document);
