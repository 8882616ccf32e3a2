/**
 * Two servers: JupyterLab alone for the Galata tests, and the demo hub for all others.
 *
 * Both listen on free ports of loopback. The browser is the system's Chromium where there is one;
 * HUB_ADMIN_LAB_CHROMIUM=/path/to/chromium names another.
 */
const { execFileSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const baseConfig = require('@jupyterlab/galata/lib/playwright-config');

/** Ask the system for a port that is free now. */
function freePort() {
  const program =
    "const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})";
  return execFileSync(process.execPath, ['-e', program]).toString().trim();
}

// Workers read this file too: they have to find what the first process chose.
const env = process.env;
env.HUB_ADMIN_LAB_UI_PORT ??= freePort();
env.HUB_ADMIN_LAB_DEMO_PORT ??= freePort();
env.HUB_ADMIN_LAB_DEMO_STATE ??= fs.mkdtempSync(
  path.join(os.tmpdir(), 'hub-admin-lab-')
);
// Each message of a slow start stays long enough to be read.
env.HUB_ADMIN_LAB_DEMO_SLOW_SECONDS ??= '10';
env.TARGET_URL = `http://127.0.0.1:${env.HUB_ADMIN_LAB_UI_PORT}`;

const systemChromium = [
  env.HUB_ADMIN_LAB_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome'
].find(file => file && fs.existsSync(file));

module.exports = {
  ...baseConfig,
  testDir: './tests',
  workers: 1,
  // A busy machine may miss a message that is shown for two seconds; a bug fails every time.
  retries: env.CI ? 2 : 0,
  // Generous: how fast the panel is, benchmarks measure; a busy machine must not fail a test.
  timeout: 180 * 1000,
  expect: { timeout: 15 * 1000 },
  reporter: [['list'], ['html', { open: 'never' }]],
  use: {
    ...baseConfig.use,
    baseURL: env.TARGET_URL,
    // What cannot be clicked by then never can: fail before the test's own time is over.
    actionTimeout: 20 * 1000,
    video: 'off',
    trace: 'retain-on-failure',
    launchOptions: systemChromium ? { executablePath: systemChromium } : {}
  },
  webServer: [
    {
      command: 'jupyter lab --config jupyter_server_test_config.py',
      url: `${env.TARGET_URL}/lab`,
      timeout: 120 * 1000,
      reuseExistingServer: false
    },
    {
      command: 'python -m hub_admin_lab.demo',
      url: `http://127.0.0.1:${env.HUB_ADMIN_LAB_DEMO_PORT}/hub/health`,
      gracefulShutdown: { signal: 'SIGTERM', timeout: 40 * 1000 },
      timeout: 120 * 1000,
      reuseExistingServer: false
    }
  ]
};
