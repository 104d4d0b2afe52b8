/** Attempts to load or submit data, which take time, can fail, and can be retried. */

import { asError } from "../api/problems.js";
import { useCallback, useRef, useState } from "./html.js";

/**
 * The state of a view's attempts: the name of the latest attempt while it runs, and the problem, if any.
 * @typedef {{busy: string | null, problem: Error | null}} State
 */

/** @type {State} */
const IDLE = { busy: null, problem: null };

/**
 * Return the state of a view's attempts, and the functions that start and end them. With a different `key`, the view
 * shows different data, and earlier attempts are ignored.
 *
 * - `run` starts an attempt. `use` gets its result, in the same render as the new state. The promise resolves with
 *   the problem, or null.
 * - `forget` clears the problem.
 * - `abandon` ignores the results and problems of all attempts so far.
 */
export function useAttempt(key = "") {
  const [{ of, ...state }, setState] = useState({ of: key, ...IDLE });
  const shown = useRef(key);
  const started = useRef(0);
  const abandoned = useRef(0);
  shown.current = key;

  const run = useCallback(
    /** @type {<T>(name: string, action: () => T | Promise<T>, use?: (result: T) => void) => Promise<Error | null>} */
    async (name, action, use) => {
      const number = ++started.current;
      const counts = () => shown.current === key && number > abandoned.current;
      setState({ of: key, busy: name, problem: null });
      /** @type {Error | null} */
      let problem = null;
      try {
        const result = await action();
        if (counts()) use?.(result);
      } catch (error) {
        problem = asError(error);
      }
      if (counts()) {
        // A later attempt may still run, and an earlier one may have failed in the meantime.
        const isLatest = number === started.current;
        setState((now) => ({ of: key, busy: isLatest ? null : now.busy, problem: problem ?? now.problem }));
      }
      return problem;
    },
    [key],
  );
  const forget = useCallback(() => setState((now) => ({ ...now, problem: null })), []);
  const abandon = useCallback(() => {
    abandoned.current = started.current;
    setState((now) => ({ ...now, ...IDLE }));
  }, []);

  return { ...(of === key ? state : IDLE), run, forget, abandon };
}
