const counted = new Map<string, number>();

/** How many of the files that were sent for a reading are no images; said to whoever sent them. */
export const notePassedOver = (reading: string, files: number): void => void counted.set(reading, files);

/** As it was noted in this window; 0 elsewhere. */
export const passedOverOf = (reading: string): number => counted.get(reading) ?? 0;
