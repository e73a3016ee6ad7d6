// Lints scripts and styles for what the oldest browsers that the page supports do not have.

import css from '@eslint/css';
import { ESLint } from 'eslint';
import compat from 'eslint-plugin-compat';
import es from 'eslint-plugin-es-x';

/** Queries of browserslist, for the linter of the browsers' own interfaces. */
const OLDEST = ['iOS >= 15.5', 'Chrome >= 100'];
/**
 * Of styles, what every browser had at the end of this year: Safari 15.2 and Chrome 97, a little
 * older than the oldest that the page supports.
 */
const STYLES_UNTIL = 2021;
/** Of the language, the versions of which one of the browsers lacks a part. */
const NEWER_VERSIONS = ['es2023', 'es2024', 'es2025', 'esnext'].flatMap((version) => [
  version,
  `${version}-intl-api`,
]);

/**
 * Members that the linters do not find, because they know no types or have no data. Each is missing
 * in one of the oldest browsers, by the compatibility data of MDN.
 */
const NEWER_MEMBERS = [
  { object: 'AbortSignal', property: 'any' },
  { object: 'AbortSignal', property: 'timeout' },
  { object: 'URL', property: 'canParse' },
  { object: 'URL', property: 'parse' },
  ...[
    'checkVisibility',
    'hidePopover',
    'inert',
    'moveBefore',
    'requestSubmit',
    'setHTML',
    'setHTMLUnsafe',
    'showPopover',
    'startViewTransition',
    'togglePopover',
    'userActivation',
    'wakeLock',
  ].map((property) => ({ property })),
];

/** What is there early enough, or on which nothing but looks depends. */
const ALLOWED_IN_STYLES = {
  allowProperties: [
    // Safari 13, Chrome 81.
    'color-scheme',
    // Chrome 89. No other browser forces colours.
    'forced-color-adjust',
    // It has no rounded corners in Safari before 16.4.
    'outline',
    'text-wrap',
    // Safari has it with a prefix, which stands before it.
    'user-select',
  ],
  allowSelectors: [
    // Safari 15.4, Chrome 86.
    'focus-visible',
    'marker',
  ],
  // An older unit stands before it, which a test of its own checks.
  allowUnits: ['svh'],
  // Without it, a word is on the page that need not be.
  allowMediaConditions: ['scripting'],
};

const SCRIPT = {
  files: ['**/*.js'],
  languageOptions: { ecmaVersion: 'latest', sourceType: 'module' },
  // A comment must not switch a rule off.
  linterOptions: { noInlineConfig: true },
  plugins: { compat, 'es-x': es },
  settings: {
    browsers: OLDEST,
    // Asked for before it is used.
    polyfills: ['navigator.userAgentData'],
    // Methods count whatever they are called on.
    'es-x': { aggressive: true },
  },
  rules: {
    'compat/compat': 'error',
    ...Object.assign({}, ...NEWER_VERSIONS.map((name) => es.configs[`flat/no-new-in-${name}`].rules)),
    // In Safari since 15.4, in Chrome since 97.
    'es-x/no-array-prototype-findlast-findlastindex': 'off',
    // Of iterators, and of arrays as well: which of the two it is, nobody knows without types.
    ...Object.fromEntries(
      ['every', 'filter', 'find', 'flatmap', 'foreach', 'map', 'reduce', 'some'].map((name) => [
        `es-x/no-iterator-prototype-${name}`,
        'off',
      ]),
    ),
    // In Safari since 16.4.
    'es-x/no-class-static-block': 'error',
    'es-x/no-regexp-lookbehind-assertions': 'error',
    'no-restricted-properties': [
      'error',
      ...NEWER_MEMBERS.map((member) => ({ ...member, message: 'One of the browsers lacks it.' })),
    ],
  },
};

const STYLE = {
  files: ['**/*.css'],
  language: 'css/css',
  plugins: { css },
  rules: {
    'css/use-baseline': ['error', { available: STYLES_UNTIL, ...ALLOWED_IN_STYLES }],
    // Ranges such as `(width < 3em)`, and rules within rules.
    'no-restricted-syntax': ['error', 'FeatureRange', 'Rule Rule'],
  },
};

const LINTER = new ESLint({ overrideConfigFile: true, baseConfig: [SCRIPT, STYLE] });

/** What the text of a file with this name uses that is newer, a line each. */
export async function newer(name, text) {
  const [{ messages }] = await LINTER.lintText(text, { filePath: name });
  return messages.map(({ line, message }) => `line ${line}: ${message}`);
}
