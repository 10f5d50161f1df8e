/** Whether Meta can be asked at all with these settings. Pure. */
import type { Place } from './facts.ts';
import { type Finding, ok, wrong } from './finding.ts';

export const judgePlace = ({ graph, version, catalog, catalogId, token }: Place): Finding[] => [
  ...(isPlainUrl(graph)
    ? [ok('settings', `catalog ${catalog} is ${catalogId} at ${graph}`)]
    : [
        ok('settings', `catalog ${catalog} is ${catalogId}`),
        wrong(
          'graph',
          'the URL of the Graph API must be http(s)://host, without user, query or fragment',
          'correct --graph-url or META_GRAPH_URL',
        ),
      ]),
  ...(/^v\d+\.\d+$/.test(version)
    ? []
    : [wrong('version', `"${version}" is no version of the Graph API`, 'write META_GRAPH_VERSION like v26.0')]),
  ...(token === 'given' ? [] : [TOKENS[token]]),
];

const TOKENS: Readonly<Record<Exclude<Place['token'], 'given'>, Finding>> = {
  missing: wrong('token', 'there is no token', "set META_ACCESS_TOKEN to the system user's token"),
  unusable: wrong(
    'token',
    'the token has characters that no token has; it was not sent',
    'copy it anew into META_ACCESS_TOKEN: no blanks, no line ends',
  ),
};

const isPlainUrl = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === '';
};
