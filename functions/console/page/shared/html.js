/** Views with Preact and htm: components look like HTML, and all text in them is escaped. */

import htm from "htm";
import { h } from "preact";

export { createContext, render } from "preact";
export { useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

export const html = htm.bind(h);
