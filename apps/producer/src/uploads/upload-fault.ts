/**
 * Why a file cannot be taken. `detail` is told to the caller and repeats nothing of the file but single characters and
 * the names of sheets.
 */
export class UploadFault extends Error {
  readonly kind: "unreadable" | "too-large" | "incomplete";
  readonly detail: string;

  constructor(kind: UploadFault["kind"], detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = "UploadFault";
    this.kind = kind;
    this.detail = detail;
  }
}
