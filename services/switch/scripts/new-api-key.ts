// Makes an API key of the HTTP door: `node services/switch/scripts/new-api-key.ts ID`. The key goes to the client, its
// hash into `http.apiKeys`.
import { newApiKey } from '../src/http/api-keys.ts';

const [id] = process.argv.slice(2);
if (id === undefined || !/^[a-z0-9-]{1,32}$/.test(id)) {
  console.error('new-api-key: give an id of 1 to 32 of a to z, 0 to 9 and the hyphen');
  process.exit(2);
}
console.log(JSON.stringify({ id, ...newApiKey(id) }, null, 2));
