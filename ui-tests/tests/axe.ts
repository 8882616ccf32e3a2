/**
 * What axe finds wrong.
 */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** The rules of WCAG 2.2, levels A and AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** The themes in which the panel has to be readable. */
export const THEMES = [
  'JupyterLab Light',
  'JupyterLab Dark',
  'JupyterLab Dark High Contrast'
];

/** The settings that choose a theme. */
export function themed(theme: string): Record<string, object> {
  return { '@jupyterlab/apputils-extension:themes': { theme } };
}

/** What axe finds wrong with a part of the page, in words. */
export async function problems(page: Page, part: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(RULES)
    .include(part)
    // Core's: it says of every button of a toolbar whether it is pressed.
    .exclude('.jp-ToolbarButtonComponent')
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) =>
      [id, html.slice(0, 200), failureSummary].join('\n')
    )
  );
}
