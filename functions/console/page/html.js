/** Writing views: Preact with htm, so that a component reads like HTML and every text in it is escaped. */

import htm from "htm";
import { h } from "preact";

export { render } from "preact";
export { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

export const html = htm.bind(h);
