/**
 * How long so many calls take at least, when none was made lately: half of an hour's calls goes at once, the other half is
 * spread over the hour, and from then on they go at an even pace (decision 8). 0: there is nothing to send.
 */
export const minutesFor = (calls: number, callsPerHour: number): number => {
  if (calls === 0) return 0;
  const hours = calls / callsPerHour;
  return Math.max(1, Math.ceil(60 * (hours < 1 ? 2 * hours - 1 : hours)));
};
