// STUB; the csv helper owns this file. What a worker needs to know to read the lines. Plain data.
export interface CsvPlan {
  readonly delimiter: string;
}
