/** The messages for user pool errors. */

export const sessionStrings = {
  userPoolErrors: {
    "Incorrect username or password.": "Incorrect email or password.",
    UserNotFoundException: "Incorrect email or password.",
    CodeMismatchException: "That code is incorrect. Check it and try again.",
    ExpiredCodeException: "That code has expired. Request a new one.",
    EnableSoftwareTokenMFAException: "That code is incorrect. Check your device's clock, then enter the next code.",
    LimitExceededException: "Too many attempts. Wait a few minutes and try again.",
    TooManyRequestsException: "Too many attempts. Wait a few minutes and try again.",
    PasswordResetRequiredException: "You need to reset your password. Select “Forgot password?” below.",
    UserNotConfirmedException: "This account isn't confirmed yet. Contact your admin.",
    Unreachable: "Can't connect. Check your internet connection and try again.",
    other: "Something went wrong. Try again in a minute.",
  },
};
