/** The messages for user pool errors. */

export const sessionStrings = {
  userPoolErrors: {
    "Incorrect username or password.": "The e-mail address or password is incorrect.",
    UserNotFoundException: "The e-mail address or password is incorrect.",
    CodeMismatchException: "This code is incorrect. Check it, or wait for the next one.",
    ExpiredCodeException: "This code has expired. Go back and request a new one.",
    EnableSoftwareTokenMFAException:
      "This code is incorrect. Check that the app's clock is correct, then enter the next code.",
    LimitExceededException: "Too many attempts. Wait a few minutes, then try again.",
    TooManyRequestsException: "Too many attempts. Wait a few minutes, then try again.",
    PasswordResetRequiredException: "Your password must be reset. Select “Forgot your password?” below.",
    UserNotConfirmedException: "This account isn't confirmed yet. Contact an admin of your organization.",
    Unreachable: "The sign-in service can't be reached. Check your connection, then try again.",
    other: "Something went wrong. Try again in a minute.",
  },
};
