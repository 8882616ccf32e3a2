import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import { defineConfig } from 'eslint/config';
import prettierRecommended from 'eslint-plugin-prettier/recommended';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * Core's own rules, none of them as a mere warning.
 */
const jupyterRules = jupyter.configs.recommended.map(config => ({
  ...config,
  rules: Object.fromEntries(
    Object.entries(config.rules ?? {}).map(([name, level]) => [
      name,
      level === 'off' ? 'off' : 'error'
    ])
  )
}));

/**
 * Who may not import whom (section 3 of the design): upper rooms know lower ones, never the
 * other way round.
 */
const zones = Object.entries({
  format: [
    'api',
    'state',
    'components',
    'commands',
    'panel',
    'dashboard',
    'visit',
    'rules',
    'user',
    'plugins'
  ],
  api: [
    'format',
    'state',
    'components',
    'commands',
    'panel',
    'dashboard',
    'visit',
    'rules',
    'user',
    'plugins'
  ],
  state: [
    'components',
    'commands',
    'panel',
    'dashboard',
    'visit',
    'rules',
    'user',
    'plugins'
  ],
  components: [
    'commands',
    'panel',
    'dashboard',
    'visit',
    'rules',
    'user',
    'plugins'
  ],
  commands: ['panel', 'dashboard', 'visit', 'rules', 'user', 'plugins'],
  panel: ['dashboard', 'visit', 'rules', 'user', 'plugins'],
  dashboard: ['visit', 'user', 'plugins'],
  visit: [
    'components',
    'commands',
    'panel',
    'dashboard',
    'rules',
    'user',
    'plugins'
  ],
  user: [
    'components',
    'commands',
    'panel',
    'dashboard',
    'visit',
    'rules',
    'plugins'
  ],
  rules: ['commands', 'panel', 'dashboard', 'visit', 'user', 'plugins']
}).map(([room, forbidden]) => ({
  files: [`src/${room}/**/*.{ts,tsx}`],
  ignores: ['**/__tests__/**'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(\\.\\./)+(${forbidden.join('|')})(/|$)`,
            message: `src/${room} knows nothing of it (DESIGN.md, section 3).`
          },
          ...(room === 'panel' || room === 'dashboard'
            ? [
                {
                  regex: '^(\\.\\./)+commands/(?!ids$)',
                  message: 'Widgets run commands by their ids.'
                }
              ]
            : [])
        ]
      }
    ]
  }
}));

export default defineConfig([
  {
    ignores: [
      'node_modules',
      'lib',
      'coverage',
      'hub_admin_lab',
      'ui-tests',
      'tests',
      'docs',
      'benchmarks',
      '.venv*',
      '.yarn',
      '**/*.js',
      '**/*.d.ts',
      'src/api/types.ts'
    ]
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [
      js.configs.recommended,
      tseslint.configs.recommendedTypeChecked,
      reactHooks.configs['recommended-latest']
    ],
    languageOptions: {
      globals: { ...globals.browser, ...globals.es2020 },
      parserOptions: {
        project: 'tsconfig.test.json',
        tsconfigRootDir: import.meta.dirname,
        sourceType: 'module'
      }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-unused-vars': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'max-lines': ['error', 400],
      'no-console': 'error',
      'prefer-arrow-callback': 'error',
      'react-hooks/exhaustive-deps': 'error'
    }
  },
  {
    // One place talks HTTP.
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/api/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        'fetch',
        'EventSource',
        'XMLHttpRequest'
      ]
    }
  },
  ...zones,
  { plugins: { jupyter } },
  ...jupyterRules,
  {
    files: ['**/__tests__/**', 'src/testing/**'],
    languageOptions: { globals: globals.jest },
    rules: {
      // What tests render and look for are not words of the user interface.
      'jupyter/no-untranslated-string': 'off',
      '@typescript-eslint/unbound-method': 'off'
    }
  },
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mjs'],
    extends: [prettierRecommended]
  }
]);
