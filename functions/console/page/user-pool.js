/** The user pool's own API (Amazon Cognito), as far as signing in and out needs it. */

import { configuration } from "./configuration.js";
import { strings } from "./strings.js";

/** A refusal of the user pool; `code` is its name for it, `message` says in words what to do. */
export class UserPoolError extends Error {
  constructor(code, message) {
    super(strings.userPoolErrors[message] ?? strings.userPoolErrors[code] ?? message ?? strings.userPoolErrors.other);
    this.code = code;
  }
}

/**
 * A step of a sign-in: either `tokens` are there, or a `challenge` has to be answered first.
 * @typedef {{tokens?: object, challenge?: string, session?: string, username: string, parameters?: object}} Step
 */

/** @returns {Promise<Step>} */
export async function signInWithPassword(email, password) {
  const answer = await call("InitiateAuth", {
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: email, PASSWORD: password },
  });
  return step(answer, email);
}

/** Answer a step's challenge. @returns {Promise<Step>} */
export async function answerChallenge({ challenge, session, username }, answers) {
  const answer = await call("RespondToAuthChallenge", {
    ChallengeName: challenge,
    Session: session,
    ChallengeResponses: { USERNAME: username, ...answers },
  });
  return step(answer, username);
}

/** Begin to set up an authenticator app. Gives its secret, and the session to go on with. */
export async function beginAuthenticatorSetup(session) {
  const answer = await call("AssociateSoftwareToken", { Session: session });
  return { secret: answer.SecretCode, session: answer.Session };
}

/** Check the first code of a new authenticator app. Gives the session to go on with. */
export async function checkAuthenticatorSetup(session, code) {
  const answer = await call("VerifySoftwareToken", { Session: session, UserCode: code });
  return answer.Session;
}

export async function requestPasswordReset(email) {
  await call("ForgotPassword", { Username: email });
}

export async function resetPassword(email, code, password) {
  await call("ConfirmForgotPassword", { Username: email, ConfirmationCode: code, Password: password });
}

export async function refreshTokens(refreshToken) {
  const answer = await call("InitiateAuth", {
    AuthFlow: "REFRESH_TOKEN_AUTH",
    AuthParameters: { REFRESH_TOKEN: refreshToken },
  });
  return tokensOf(answer.AuthenticationResult);
}

/** Make a refresh token useless, so that nobody who finds it can go on with the session. */
export async function revokeToken(refreshToken) {
  await call("RevokeToken", { Token: refreshToken });
}

/** Is the session over for good, rather than the network down for a moment? */
export function isSessionOver(error) {
  return (
    error instanceof UserPoolError &&
    /^(NotAuthorized|UserNotFound|UserNotConfirmed|PasswordReset|InvalidParameter)/.test(error.code)
  );
}

async function call(operation, parameters) {
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
  throw new UserPoolError((document.__type ?? "other").split("#").pop(), document.message ?? document.Message);
}

const WITHOUT_CLIENT = new Set(["AssociateSoftwareToken", "VerifySoftwareToken"]);

function step(answer, username) {
  if (answer.AuthenticationResult) return { tokens: tokensOf(answer.AuthenticationResult), username };
  const parameters = answer.ChallengeParameters ?? {};
  return {
    challenge: answer.ChallengeName,
    session: answer.Session,
    username: parameters.USER_ID_FOR_SRP ?? username,
    parameters,
  };
}

function tokensOf(result) {
  return { idToken: result.IdToken, refreshToken: result.RefreshToken, lifetimeSeconds: result.ExpiresIn };
}
