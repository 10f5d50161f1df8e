/** What a run makes in an account, and what that costs there, roughly: list prices of AWS without free allowances. */
export interface PlannedService {
  readonly service: string;
  readonly makes: string;
  readonly dollars: number;
}

export const PLAN: readonly PlannedService[] = [
  { service: 's3', makes: 'about 70 buckets, 2,500 puts, 200 MB for some minutes', dollars: 0.03 },
  { service: 'dynamodb', makes: 'about 20 on-demand tables, 2,000 writes', dollars: 0.02 },
  { service: 'sqs', makes: 'about 25 queues, 1,000 requests', dollars: 0.01 },
  { service: 'sns', makes: 'one topic and one queue, 20 messages', dollars: 0.01 },
  { service: 'parameters', makes: '10 standard parameters and 8 secrets, for minutes', dollars: 0.02 },
  { service: 'events', makes: '6 buses with rules and queues, one archive, 100 events', dollars: 0.01 },
];

/** The plan of these services, as text for a terminal. */
export const planOf = (services: readonly string[], region: string, prefix: string): string => {
  const planned = PLAN.filter(({ service }) => services.includes(service));
  const cents = Math.ceil(planned.reduce((sum, { dollars }) => sum + dollars, 0) * 100);
  return [
    `In the account of your credentials, in ${region}, this makes and then removes what is called ${prefix}*:`,
    ...planned.map(({ service, makes }) => `  ${service.padEnd(10)} ${makes}`),
    `It costs about ${cents} US cents and takes up to an hour.`,
  ].join('\n');
};
