/** The user pool's own API (Amazon Cognito), as far as signing in and out needs it. */

import { configuration } from "./configuration.js";
import { strings } from "./strings.js";

/** A refusal of the user pool; `code` is its name for it, `message` says in words what to do. */
export class UserPoolError extends Error {
  /**
   * @param {string} code
   * @param {string} [message] what the user pool says
   */
  constructor(code, message) {
    /** @type {Record<string, string>} */
    const words = strings.userPoolErrors;
    super(words[message ?? ""] ?? words[code] ?? message ?? strings.userPoolErrors.other);
    this.code = code;
  }
}

/** @typedef {{idToken: string, refreshToken?: string, lifetimeSeconds: number}} Tokens */

/**
 * What the user pool asks before it gives tokens; `challenge` is its name for it.
 * @typedef {object} Challenge
 * @property {string} challenge
 * @property {string} session
 * @property {string} username
 * @property {Partial<Record<string, string>>} parameters
 */

/**
 * A step of a sign-in: either `tokens` are there, or a `challenge` has to be answered first.
 * @typedef {{tokens: Tokens} | Challenge} Step
 */

/** @typedef {{IdToken: string, RefreshToken?: string, ExpiresIn: number}} AuthenticationResult */

/**
 * What the user pool answers to a sign-in, as far as the page reads it.
 * @typedef {{AuthenticationResult: AuthenticationResult} | {
 *   AuthenticationResult?: undefined,
 *   ChallengeName: string,
 *   Session: string,
 *   ChallengeParameters?: Record<string, string>,
 * }} SignInAnswer
 */

/**
 * @param {string} email
 * @param {string} password
 * @returns {Promise<Step>}
 */
export async function signInWithPassword(email, password) {
  /** @type {SignInAnswer} */
  const answer = await call("InitiateAuth", {
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: email, PASSWORD: password },
  });
  return step(answer, email);
}

/**
 * Answer a step's challenge.
 *
 * @param {Pick<Challenge, "challenge" | "session" | "username">} asked
 * @param {Record<string, string>} answers
 * @returns {Promise<Step>}
 */
export async function answerChallenge({ challenge, session, username }, answers) {
  /** @type {SignInAnswer} */
  const answer = await call("RespondToAuthChallenge", {
    ChallengeName: challenge,
    Session: session,
    ChallengeResponses: { USERNAME: username, ...answers },
  });
  return step(answer, username);
}

/**
 * Begin to set up an authenticator app. Gives its secret, and the session to go on with.
 *
 * @param {string} session
 */
export async function beginAuthenticatorSetup(session) {
  /** @type {{SecretCode: string, Session: string}} */
  const answer = await call("AssociateSoftwareToken", { Session: session });
  return { secret: answer.SecretCode, session: answer.Session };
}

/**
 * Check the first code of a new authenticator app. Gives the session to go on with.
 *
 * @param {string} session
 * @param {string} code
 */
export async function checkAuthenticatorSetup(session, code) {
  /** @type {{Session: string}} */
  const answer = await call("VerifySoftwareToken", { Session: session, UserCode: code });
  return answer.Session;
}

/** @param {string} email */
export async function requestPasswordReset(email) {
  await call("ForgotPassword", { Username: email });
}

/**
 * @param {string} email
 * @param {string} code
 * @param {string} password
 */
export async function resetPassword(email, code, password) {
  await call("ConfirmForgotPassword", { Username: email, ConfirmationCode: code, Password: password });
}

/** @param {string | undefined} refreshToken */
export async function refreshTokens(refreshToken) {
  /** @type {{AuthenticationResult: AuthenticationResult}} */
  const answer = await call("InitiateAuth", {
    AuthFlow: "REFRESH_TOKEN_AUTH",
    AuthParameters: { REFRESH_TOKEN: refreshToken },
  });
  return tokensOf(answer.AuthenticationResult);
}

/**
 * Make a refresh token useless, so that nobody who finds it can go on with the session.
 *
 * @param {string} refreshToken
 */
export async function revokeToken(refreshToken) {
  await call("RevokeToken", { Token: refreshToken });
}

/**
 * Is the session over for good, rather than the network down for a moment?
 *
 * @param {unknown} error
 */
export function isSessionOver(error) {
  return (
    error instanceof UserPoolError &&
    /^(NotAuthorized|UserNotFound|UserNotConfirmed|PasswordReset|InvalidParameter)/.test(error.code)
  );
}

/**
 * @template T what the user pool answers to the operation
 * @param {string} operation
 * @param {object} parameters
 * @returns {Promise<T>}
 */
async function call(operation, parameters) {
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(configuration.userPoolEndpoint, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify({
        ClientId: WITHOUT_CLIENT.has(operation) ? undefined : configuration.clientId,
        ...parameters,
      }),
    });
  } catch {
    throw new UserPoolError("Unreachable");
  }
  const document = await answer.json().catch(() => ({}));
  if (answer.ok) return document;
  /** @type {{__type?: string, message?: string, Message?: string}} */
  const { __type: type = "other", message, Message } = document;
  throw new UserPoolError(type.slice(type.lastIndexOf("#") + 1), message ?? Message);
}

const WITHOUT_CLIENT = new Set(["AssociateSoftwareToken", "VerifySoftwareToken"]);

/**
 * @param {SignInAnswer} answer
 * @param {string} username
 * @returns {Step}
 */
function step(answer, username) {
  if (answer.AuthenticationResult) return { tokens: tokensOf(answer.AuthenticationResult) };
  const parameters = answer.ChallengeParameters ?? {};
  return {
    challenge: answer.ChallengeName,
    session: answer.Session,
    username: parameters.USER_ID_FOR_SRP ?? username,
    parameters,
  };
}

/**
 * @param {AuthenticationResult} result
 * @returns {Tokens}
 */
function tokensOf(result) {
  return { idToken: result.IdToken, refreshToken: result.RefreshToken, lifetimeSeconds: result.ExpiresIn };
}
