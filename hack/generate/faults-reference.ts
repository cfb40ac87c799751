import { readdirSync, readFileSync } from 'node:fs';
import { cases, type Elsewhere, type FaultCase } from '../../e2e/faults/cases.ts';
import { cell, table } from './markdown.ts';

const folder = 'e2e/faults';

/** The page about faults. Throws when it would name a test that does not exist, or a case has none. */
export function faultsReference(notice: string): string {
  const named = namedTests();
  const rows = cases.map(each => {
    const tests = [...(named.get(each.number) ?? []), ...(each.elsewhere ?? []).map(existing)];
    if (tests.length === 0) throw new Error(`fault ${each.number} has no test`);
    return [
      String(each.number),
      cell(each.what),
      cell(each.how),
      cell(each.holds),
      tests.map(show).join('<br>'),
    ];
  });
  const known = new Set(cases.map(({ number }) => number));
  for (const number of named.keys())
    if (number > 0 && !known.has(number)) throw new Error(`tests of fault ${number}, which is no case`);
  return `<!-- ${notice} -->
# Faults

What may go wrong, and what holds nevertheless. The real controller runs against a kube-apiserver with etcd and the stand-in
for Nexodus, with a proxy in front of both (\`make faults\`; \`make faults-all\` tries every write where that takes a
sample). There is no kubelet: what runs in gateway pods is imitated, and faults that need pods and networks are tried on
kind. Every write is also tried in memory, with the same demands on the end (\`controllers/convergence.test.ts\`).

After each fault this must hold:

- **A** The state is that of a run without the fault, or of before it, wherever there is one to compare with; where the fault changes what is wanted, what the test names is so instead. Compared is every object, device, key and record, but for ids, times and what is drawn at random.
- **B** Nothing is touched that is not Nexlink's: objects, devices and keys of others that look like ours are compared.
- **C** Then nothing is written any more. The controller's waits end 20 times sooner in these tests, so that a quiet second is 20 of its own; one test waits for 75 seconds of real time, and by night for two minutes.
- **D** Nothing is left after deletion.
- **E** \`Ready=True\` is about the current generation, and a way from end to end is there.
- **F** No password, token, private key or registration key in logs, objects that are no Secrets, or events.

${table(['No.', 'Fault', 'How', 'What holds, beside A, B, C, E and F', 'Tests'], rows)}

Tests without a fault, by which the others are judged: ${(named.get(0) ?? []).map(show).join('; ')}.

## What does not hold, or is not tested so

${cases.flatMap(limits).join('\n')}
`;
}

const limits = ({ number, limits }: FaultCase): string[] => (limits ? [`- **${number}**: ${limits}`] : []);

const show = ({ file, name }: Elsewhere): string => `[${cell(name)}](../../${file})`;

/** The tests of the folder whose names begin with a case's number, by that number. */
function namedTests(): Map<number, Elsewhere[]> {
  const found = new Map<number, Elsewhere[]>();
  for (const name of readdirSync(folder)
    .filter(name => name.endsWith('.test.ts'))
    .sort()) {
    const file = `${folder}/${name}`;
    for (const [, number, title] of readFileSync(file, 'utf8').matchAll(/\(\s*'(\d\d) ([^'\n]+)',/g)) {
      // Those are in a group that says more.
      if (title!.trim() === '%s') continue;
      const tests = found.get(Number(number)) ?? [];
      found.set(Number(number), [...tests, { file, name: title!.replaceAll('%s', '…') }]);
    }
  }
  return found;
}

function existing(test: Elsewhere): Elsewhere {
  const code = readFileSync(test.file, 'utf8');
  if (!code.includes(test.name)) throw new Error(`${test.file} has no test "${test.name}"`);
  return test;
}
