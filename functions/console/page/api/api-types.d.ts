/**
 * The documents of the HTTPS API that the page reads and sends, under the names that `/openapi.json` gives them.
 * `tests/unit/console/test_page_types.py` compares the two.
 */

export interface AwardCountsDocument {
  total: number;
  items?: AwardPeriod[];
}

export interface AwardPeriod {
  period: string;
  awards: number;
}

export interface AwardsExport {
  kind: "awards";
  awardedAfter?: string | null;
  awardedBefore?: string | null;
  timeZone?: string;
  expiresAfter?: string | null;
  expiresBefore?: string | null;
  status?: Status[] | null;
  badgeClassIds?: string[] | null;
  byteOrderMark?: boolean;
  format?: Format | null;
  separator?: Separator | null;
  spreadsheetSafe?: boolean;
  columns?: string[] | null;
  notify?: boolean;
  deliver?: boolean;
}

export interface BadgeClassDocument {
  id: string;
  issuerId: string;
  name: string;
  description?: string;
  image?: string;
  cacheableImage?: string;
  criteria?: Record<string, string>;
  alignment: Record<string, string>[];
  tags: string[];
  createdAt?: string;
}

export interface BadgeClassExport {
  kind: "badge-class";
  includeAssertions?: boolean;
  embedImages?: boolean;
  compress?: boolean;
  notify?: boolean;
  deliver?: boolean;
}

export interface BadgeClassList {
  items: BadgeClassDocument[];
  total?: number;
  nextCursor?: string;
}

export interface BadgeContent {
  name: string;
  description?: string;
  criteria?: Record<string, string>;
  image?: string;
  tags: string[];
  alignment: Record<string, string>[];
}

export interface BadgesExport {
  kind: "badges";
  byteOrderMark?: boolean;
  format?: Format | null;
  separator?: Separator | null;
  spreadsheetSafe?: boolean;
  columns?: string[] | null;
  notify?: boolean;
  deliver?: boolean;
}

export interface ColumnDocument {
  name: string;
  default: boolean;
}

export interface ExportDocument {
  id: string;
  kind: string;
  scope: ExportScope;
  options: Record<string, unknown>;
  notify: boolean;
  deliver: boolean;
  scheduleId?: string;
  status: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "expired";
  progress: Progress;
  requestedBy: string;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  deletedBy?: string;
  deletedAt?: string;
  file?: File;
  downloadUrl?: string;
  downloadUrlExpiresAt?: string;
  fileExpiresAt?: string;
  delivery?: ExportDelivery;
  error?: ExportError;
}

export interface ExportDelivery {
  status: "pending" | "delivered" | "failed";
  bucket?: string;
  key?: string;
  attempts: number;
  deliveredAt?: string;
  error?: DeliveryFault;
}

export interface DestinationRequest {
  bucket: string;
  prefix?: string;
  region?: string | null;
  roleArn: string;
}

export interface DestinationDocument {
  bucket: string;
  prefix: string;
  region: string;
  roleArn: string;
  principal: string;
  externalId: string;
  createdAt: string;
  createdBy: string;
  lastTest?: DestinationTest;
}

export interface DestinationTest {
  at: string;
  ok: boolean;
  error?: DeliveryFault;
}

export interface DeliveryFault {
  code: string;
  message: string;
}

export interface ExportError {
  code: string;
  message: string;
}

export interface ExportList {
  items: ExportDocument[];
  nextCursor?: string;
}

export interface ExportOnSchedule {
  organizationId?: string | null;
  issuerId?: string | null;
  badgeClassId?: string | null;
  kind: string;
  [option: string]: unknown;
}

export interface ExportScope {
  type: "organization" | "issuer" | "badge-class";
  id: string;
  name: string;
}

export interface FailedImageDocument {
  awardId: string;
  reason: string;
  attempts: number;
  nextTryAt?: string;
}

export interface FailedImageList {
  items: FailedImageDocument[];
  contactAddress?: string;
  nextCursor?: string;
}

export interface FieldProblem {
  field: string;
  message: string;
}

export interface FileContents {
  awards?: number;
  badgeClasses?: number;
  groups?: number;
  learners?: number;
  pathways?: number;
  entries?: number;
}

export interface File {
  name: string;
  contentType: string;
  bytes: number;
  rows: number;
  sha256: string;
  contents?: FileContents;
  truncatedCells?: number;
}

export type Format = "csv" | "xlsx";

export interface GroupBadgesExport {
  kind: "group-badges";
  includeArchived?: boolean;
  byteOrderMark?: boolean;
  format?: Format | null;
  separator?: Separator | null;
  spreadsheetSafe?: boolean;
  columns?: string[] | null;
  notify?: boolean;
  deliver?: boolean;
}

export interface GroupsExport {
  kind: "groups";
  includeArchived?: boolean;
  includeCreation?: boolean;
  includeExpiration?: boolean;
  includeStaff?: boolean;
  byteOrderMark?: boolean;
  format?: Format | null;
  separator?: Separator | null;
  spreadsheetSafe?: boolean;
  columns?: string[] | null;
  notify?: boolean;
  deliver?: boolean;
}

export interface ImageResyncDocument {
  status: "in-progress" | "complete" | "overdue";
  total: number;
  refreshed: number;
  pending: number;
  failed: number;
  windowEndsAt: string;
}

export interface IssuerDocument {
  id: string;
  organizationId: string;
  name: string;
  url?: string;
  email?: string;
  description?: string;
  image?: string;
  cacheableImage?: string;
  createdAt?: string;
}

export interface IssuerExport {
  kind: "issuer";
  includeBadgeClasses?: boolean;
  includeAssertions?: boolean;
  includeRecipientGroups?: boolean;
  includePathways?: boolean;
  embedImages?: boolean;
  compress?: boolean;
  notify?: boolean;
  deliver?: boolean;
}

export interface IssuerList {
  items: IssuerDocument[];
  total?: number;
  nextCursor?: string;
}

export interface LastRun {
  at: string;
  exportId?: string;
}

export interface LearnerProgressExport {
  kind: "learner-progress";
  includeArchived?: boolean;
  byteOrderMark?: boolean;
  format?: Format | null;
  separator?: Separator | null;
  spreadsheetSafe?: boolean;
  columns?: string[] | null;
  notify?: boolean;
  deliver?: boolean;
}

export interface Me {
  email: string;
  token?: string;
  memberships: Membership[];
  nextCursor?: string;
}

export interface Membership {
  role: "admin" | "owner" | "editor" | "staff";
  organization: OrganizationDocument;
  issuer?: NamedIssuer;
}

export interface NamedIssuer {
  id: string;
  name: string;
}

export interface OpenResyncDocument {
  replacementId: string;
  badgeClassId: string;
  badgeClassName: string;
  issuerId: string;
  startedAt: string;
  imageResync: ImageResyncDocument;
}

export interface OpenResyncList {
  items: OpenResyncDocument[];
  nextCursor?: string;
}

export interface OrganizationDocument {
  id: string;
  name: string;
  plan: "paid" | "free";
  hasDestination: boolean;
  destinationBucket?: string;
}

export interface PreviewDocument {
  columns: string[];
  rows: string[][];
  expectedRows?: number;
}

export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: FieldProblem[];
  reason?: string;
  source?: SourceFault;
}

export interface Progress {
  rows: number;
  expectedRows?: number;
  percent?: number;
}

export interface ReplacementDocument {
  id: string;
  badgeClassId: string;
  status: "previewed" | "replaced" | "cancelled" | "expired";
  source: SourceDocument;
  current: BadgeContent;
  proposed: BadgeContent;
  changes: string[];
  warnings: string[];
  requestedBy: string;
  createdAt: string;
  confirmedAt?: string;
  imageResync?: ImageResyncDocument;
}

export interface ReplacementList {
  items: ReplacementDocument[];
  nextCursor?: string;
}

export interface ReplacementSource {
  url?: string | null;
  json?: Record<string, unknown> | string | null;
  image?: string | null;
}

export interface ScheduleChange {
  name?: string;
  export?: ExportOnSchedule;
  expression?: string;
  timeZone?: string;
  period?: "previous-day" | "previous-week" | "previous-month" | null;
  notify?: boolean;
  deliver?: boolean;
  enabled?: boolean;
}

export interface ScheduleDocument {
  id: string;
  name: string;
  export: Record<string, unknown>;
  expression: string;
  timeZone: string;
  period?: "previous-day" | "previous-week" | "previous-month";
  notify: boolean;
  deliver: boolean;
  enabled: boolean;
  state: ScheduleState;
  requestedBy: string;
  createdAt: string;
  nextRunAt?: string;
  lastRun?: LastRun;
}

export interface ScheduleList {
  items: ScheduleDocument[];
  nextCursor?: string;
}

export interface ScheduleRequest {
  name: string;
  export: ExportOnSchedule;
  expression: string;
  timeZone?: string;
  period?: "previous-day" | "previous-week" | "previous-month" | null;
  notify?: boolean;
  deliver?: boolean;
}

export interface ScheduleState {
  status: "active" | "paused" | "stopped";
  reason?: string;
}

export type Separator = "comma" | "semicolon" | "tab";

export interface SourceDocument {
  kind: "url" | "json" | "image";
  openBadgesVersion: "0.5" | "1.0" | "1.1" | "2.0" | "2.1" | "3.0";
  assertionId?: string;
  host?: string;
  issuerName?: string;
}

export interface SourceFault {
  document: string;
  httpStatus?: number;
  line?: number;
}

export type Status = "active" | "expired" | "revoked";

export interface TopBadgeClassDocument {
  id: string;
  name: string;
  issuerId: string;
  awards: number;
}

export interface TopIssuerDocument {
  id: string;
  name: string;
  awards: number;
}

export interface TopOfIssuer {
  badgeClasses: TopBadgeClassDocument[];
}

export interface TopOfOrganization {
  issuers: TopIssuerDocument[];
  badgeClasses: TopBadgeClassDocument[];
}

export interface TokenRequest {
  name: string;
  role: "admin" | "owner" | "editor" | "staff";
  issuerId?: string | null;
  expiresAt: string;
}

export interface TokenDocument {
  id: string;
  name: string;
  role: "admin" | "owner" | "editor" | "staff";
  issuerId?: string;
  createdAt: string;
  createdBy: string;
  expiresAt: string;
  lastUsedAt?: string;
}

export interface NewToken extends TokenDocument {
  secret: string;
}

export interface TokenList {
  items: TokenDocument[];
  nextCursor?: string;
}

export interface TrailEntryDocument {
  id: string;
  at: string;
  actor: string;
  action:
    | "export-requested"
    | "export-cancelled"
    | "export-downloaded"
    | "export-delivered"
    | "export-delivery-failed"
    | "export-file-deleted"
    | "badge-replaced"
    | "schedule-created"
    | "schedule-changed"
    | "schedule-paused"
    | "schedule-resumed"
    | "schedule-stopped"
    | "schedule-deleted"
    | "token-created"
    | "token-deleted"
    | "destination-set"
    | "destination-tested"
    | "destination-deleted"
    | "member-added"
    | "member-removed";
  target: TrailTarget;
  details: Record<string, unknown>;
}

export interface TrailExport {
  kind: "trail";
  after?: string | null;
  before?: string | null;
  timeZone?: string;
  byteOrderMark?: boolean;
  format?: Format | null;
  separator?: Separator | null;
  spreadsheetSafe?: boolean;
  columns?: string[] | null;
  notify?: boolean;
  deliver?: boolean;
}

export interface TrailList {
  items: TrailEntryDocument[];
  nextCursor?: string;
}

export interface TrailTarget {
  type: "export" | "badge-class" | "schedule" | "token" | "destination" | "member";
  id: string;
  name: string;
}
