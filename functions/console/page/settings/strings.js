/** The text about settings. */

export const settingsStrings = {
  destination: {
    title: "Delivery",
    text: "Deliver exported files to your organization's own S3 bucket, using an IAM role that you create.",
    none: "No delivery destination yet.",
    set: "Set destination",
    change: "Change destination",
    save: "Save destination",
    fields: { bucket: "Bucket", prefix: "Prefix", region: "Region", roleArn: "Role ARN" },
    hints: {
      bucket: "The bucket and the role must be in the same AWS account.",
      prefix: "Optional. The start of every object key, such as exports/badges.",
      region: "The bucket's region. Leave blank to use this deployment's region.",
      roleArn: "For example, arn:aws:iam::111122223333:role/badge-exports. You can create the role later.",
    },
    missing: { bucket: "Enter a bucket name.", roleArn: "Enter a role ARN." },
    noPrefix: "None",
    principal: "Principal",
    externalId: "External ID",
    trust:
      "In the role's trust policy, allow this principal and require this external ID, which prevents other organizations from using the role. Then test the destination.",
    test: "Test destination",
    /** @type {(time: string, error?: string) => string} */
    tested: (time, error) => (error ? `The test on ${time} failed. ${error}` : `The test on ${time} succeeded.`),
    remove: "Delete destination",
    removeTitle: "Delete the delivery destination?",
    removeText:
      "This can't be undone. A new destination has a different external ID. Delivered files are kept, and pending deliveries wait for a new destination.",
    removed: "Delivery destination deleted.",
  },
  tokens: {
    title: "Access tokens",
    text: "Let a program use the API without a person's password. A token never has more access than the person who created it.",
    none: "No access tokens yet.",
    make: "New access token",
    name: "Name",
    nameHint: "Identifies the program in the exports list and on the Activity tab.",
    noName: "Enter a name.",
    role: "Role",
    roles: { admin: "Admin", owner: "Owner", editor: "Editor", staff: "Staff" },
    expiry: "Expires in",
    /** @type {(days: number) => string} */
    days: (days) => (days === 365 ? "1 year" : `${days} days`),
    create: "Create access token",
    columns: { what: "Name", access: "Access", expires: "Expires", used: "Last used" },
    /** @type {(issuerId?: string) => string} */
    place: (issuerId) => (issuerId ? `Issuer ${issuerId}` : "Entire organization"),
    /** @type {(person: string, day: string) => string} */
    by: (person, day) => `Created by ${person} on ${day}`,
    expired: "Expired",
    unused: "Never",
    remove: "Delete",
    /** @type {(name: string) => string} */
    removeNamed: (name) => `Delete access token “${name}”`,
    /** @type {(name: string) => string} */
    removeTitle: (name) => `Delete access token “${name}”?`,
    removeText:
      "This can't be undone. Programs that use this token lose access within a minute, and their schedules stop. Existing exports are kept.",
    /** @type {(name: string) => string} */
    removed: (name) => `Access token “${name}” deleted.`,
    /** @type {(name: string) => string} */
    madeTitle: (name) => `Access token “${name}” created`,
    madeText: "Copy the token now. It isn't stored, so it can't be shown again.",
    secret: "Access token",
    copy: "Copy",
    copied: "Access token copied.",
    notCopied: "Couldn't copy the token. Select the token and copy it manually.",
    done: "Done",
  },
};
