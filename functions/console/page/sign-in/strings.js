/** The text of the sign-in forms. */

export const signInStrings = {
  signIn: {
    lead: "Export your badge data, and keep your badges up to date.",
    email: "E-mail address",
    password: "Password",
    action: "Sign in",
    continue: "Continue",
    actions: {
      password: "Sign in",
      reset: "Send code",
      "reset-code": "Set password and sign in",
      NEW_PASSWORD_REQUIRED: "Set password and sign in",
    },
    forgot: "Forgot your password?",
    back: "Back to sign-in",
    ended: "Your session has ended",
    endedText: "Sign in again to continue. You won't lose anything you've typed.",
    someoneElse: "Sign out instead",
    popupBlocked: "Your browser blocked the sign-in window. Allow pop-ups for this page, then try again.",
    closeWindow: "You are signed in. Close this window and continue in the other one.",
    notFinished: "Sign-in wasn't completed. Try again.",
    newPasswordText: "You signed in with a temporary password. Choose a new password.",
    newPassword: "New password",
    passwordRules: "At least 12 characters, with uppercase and lowercase letters and a digit",
    code: "Code",
    codeRules: "Digits only",
    authenticatorCode: "Enter the code that your authenticator app shows.",
    /** @type {(to: string | undefined) => string} */
    smsCode: (to) => `Enter the code that was sent to ${to ?? "your phone"}.`,
    /** @type {(to: string | undefined) => string} */
    emailCode: (to) => `Enter the code that was sent to ${to ?? "your e-mail address"}.`,
    wayOfCode: "How do you want to get your code?",
    ways: { SOFTWARE_TOKEN_MFA: "From my authenticator app", SMS_MFA: "By text message", EMAIL_OTP: "By e-mail" },
    setup: "Your organization requires two-step sign-in. Add this key to an authenticator app (as a time-based code):",
    setupCode: "Then enter the code that the app shows.",
    resetText: "A code to set a new password will be sent to your e-mail address.",
    /** @type {(email: string) => string} */
    resetCode: (email) => `If ${email} has an account, a code has been sent to it.`,
    /** @type {(name: string) => string} */
    unknownChallenge: (name) =>
      `This account requires a sign-in step that this page doesn't support (${name}). Contact an admin of your organization.`,
  },
};
