/** The calls to the user pool's API (Amazon Cognito) for signing in and out. */

import { configuration } from "../configuration.js";
import { strings } from "../strings.js";

/** A user pool error. `code` is the error's name, and `message` states what to do. */
export class UserPoolError extends Error {
  /**
   * @param {string} code
   * @param {string} [message] the user pool's message
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
 * A challenge from the user pool before it returns tokens; `challenge` is its name.
 * @typedef {object} Challenge
 * @property {string} challenge
 * @property {string} session
 * @property {string} username
 * @property {Partial<Record<string, string>>} parameters
 */

/**
 * A step of a sign-in: `tokens`, or a `challenge` to respond to first.
 * @typedef {{tokens: Tokens} | Challenge} Step
 */

/** @typedef {{IdToken: string, RefreshToken?: string, ExpiresIn: number}} AuthenticationResult */

/**
 * The part of the user pool's response to a sign-in that the page reads.
 * @typedef {{AuthenticationResult: AuthenticationResult} | {
 *   AuthenticationResult?: undefined,
 *   ChallengeName: string,
 *   Session: string,
 *   ChallengeParameters?: Record<string, string>,
 * }} SignInResponse
 */

/**
 * @param {string} email
 * @param {string} password
 * @returns {Promise<Step>}
 */
export async function signInWithPassword(email, password) {
  /** @type {SignInResponse} */
  const response = await call("InitiateAuth", {
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: email, PASSWORD: password },
  });
  return step(response, email);
}

/**
 * Respond to a step's challenge.
 *
 * @param {Pick<Challenge, "challenge" | "session" | "username">} asked
 * @param {Record<string, string>} answers
 * @returns {Promise<Step>}
 */
export async function respondToChallenge({ challenge, session, username }, answers) {
  /** @type {SignInResponse} */
  const response = await call("RespondToAuthChallenge", {
    ChallengeName: challenge,
    Session: session,
    ChallengeResponses: { USERNAME: username, ...answers },
  });
  return step(response, username);
}

/**
 * Begin the setup of an authenticator app. Return its secret, and the session for the next call.
 *
 * @param {string} session
 */
export async function beginAuthenticatorSetup(session) {
  /** @type {{SecretCode: string, Session: string}} */
  const response = await call("AssociateSoftwareToken", { Session: session });
  return { secret: response.SecretCode, session: response.Session };
}

/**
 * Verify the first code of a new authenticator app. Return the session for the next call.
 *
 * @param {string} session
 * @param {string} code
 */
export async function checkAuthenticatorSetup(session, code) {
  /** @type {{Session: string}} */
  const response = await call("VerifySoftwareToken", { Session: session, UserCode: code });
  return response.Session;
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
  const response = await call("InitiateAuth", {
    AuthFlow: "REFRESH_TOKEN_AUTH",
    AuthParameters: { REFRESH_TOKEN: refreshToken },
  });
  return tokensOf(response.AuthenticationResult);
}

/**
 * Revoke a refresh token, so that it can't be used to continue the session.
 *
 * @param {string} refreshToken
 */
export async function revokeToken(refreshToken) {
  await call("RevokeToken", { Token: refreshToken });
}

/**
 * Return whether an error means that the session has ended, not that the network failed temporarily.
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
 * @template T the response to the operation
 * @param {string} operation
 * @param {object} parameters
 * @returns {Promise<T>}
 */
async function call(operation, parameters) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(configuration.userPoolEndpoint, {
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
  const document = await response.json().catch(() => ({}));
  if (response.ok) return document;
  /** @type {{__type?: string, message?: string, Message?: string}} */
  const { __type: type = "other", message, Message } = document;
  throw new UserPoolError(type.slice(type.lastIndexOf("#") + 1), message ?? Message);
}

const WITHOUT_CLIENT = new Set(["AssociateSoftwareToken", "VerifySoftwareToken"]);

/**
 * @param {SignInResponse} response
 * @param {string} username
 * @returns {Step}
 */
function step(response, username) {
  if (response.AuthenticationResult) return { tokens: tokensOf(response.AuthenticationResult) };
  const parameters = response.ChallengeParameters ?? {};
  return {
    challenge: response.ChallengeName,
    session: response.Session,
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
