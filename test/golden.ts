// Plain-text golden files beside the tests. `UPDATE_GOLDEN=1` rewrites them: only commit the changes if you understand what caused them.
import { strict as assert } from 'node:assert'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Compare `text` with test/`name`; fails with the difference. */
export const compareGolden = (name: string, text: string): void => {
  const file = fileURLToPath(new URL(`../../test/${name}`, import.meta.url))
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text)
  assert.ok(existsSync(file), `${file} is missing: run the test with UPDATE_GOLDEN=1 and read the file`)
  assert.equal(text, readFileSync(file, 'utf8'))
}
