/** The text of the sign-in forms. */

export const signInStrings = {
  signIn: {
    lead: "Export your badge data and keep your badges up to date.",
    email: "Email",
    password: "Password",
    showPassword: "Show password",
    hidePassword: "Hide password",
    action: "Sign in",
    continue: "Continue",
    actions: {
      password: "Sign in",
      reset: "Send code",
      "reset-code": "Set password and sign in",
      NEW_PASSWORD_REQUIRED: "Set password and sign in",
    },
    forgot: "Forgot password?",
    sendAgain: "Send a new code",
    sentAgain: "We sent a new code.",
    back: "Back to sign-in",
    ended: "Your session has ended",
    endedText: "Sign in again to continue.",
    changesKept: "Your changes are still here.",
    signedOut: "You've signed out.",
    someoneElse: "Use a different account",
    popupBlocked: "Your browser blocked the sign-in window. Allow pop-ups for this page and try again.",
    closeWindow: "You're signed in. You can close this window.",
    notFinished: "Sign-in wasn't completed. Try again.",
    newPasswordText: "You're using a temporary password. Choose a new one.",
    newPassword: "New password",
    passwordRules: "At least 12 characters, including uppercase and lowercase letters and a digit",
    code: "Code",
    codeRules: "Digits only",
    authenticatorCode: "Enter the code from your authenticator app.",
    /** @type {(to: string | undefined) => string} */
    smsCode: (to) => `Enter the code we sent to ${to ?? "your phone"}.`,
    /** @type {(to: string | undefined) => string} */
    emailCode: (to) => `Enter the code we sent to ${to ?? "your email address"}.`,
    wayOfCode: "How do you want to get your code?",
    ways: { SOFTWARE_TOKEN_MFA: "Authenticator app", SMS_MFA: "Text message", EMAIL_OTP: "Email" },
    setup: "Your organization requires two-step verification. Add this key to your authenticator app:",
    setupCode: "Then enter the code from the app.",
    resetText: "We'll email you a code to reset your password.",
    /** @type {(email: string) => string} */
    resetCode: (email) => `If there's an account for ${email}, we've sent a code to that address.`,
    /** @type {(name: string) => string} */
    unknownChallenge: (name) =>
      `This account needs a sign-in method that isn't supported here (${name}). Contact your admin.`,
  },
};
