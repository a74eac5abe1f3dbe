/** The worker for the edge runtime, which takes no modules. */
import worker from './worker.mjs'

addEventListener('fetch', (event) => event.respondWith(worker.fetch(event.request)))
