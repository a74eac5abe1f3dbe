/** For runtimes with processes: the job is the argument, what was seen goes to stdout. */
import { runChecks } from './core.mjs'

process.stdout.write(JSON.stringify(await runChecks(JSON.parse(process.argv[2]))))
