/** Writing views: Preact with htm, so that a component reads like HTML and every text in it is escaped. */

import htm from "./htm.js";
import { h } from "./preact.js";

export { render } from "./preact.js";
export { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "./preact-hooks.js";

export const html = htm.bind(h);
