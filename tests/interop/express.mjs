// Express applications of the tests: each on a free port, until its test file ends.
import { after } from 'node:test';

// Why a test is left out, or false: packages that `require` ES modules start from Node.js 20.19 on.
export const olderThan20 = Number(process.versions.node.split('.')[0]) < 20 && 'the client wants Node.js 20.19';

// Where the application answers.
export async function listen(application) {
  const listener = application.listen(0, 'localhost');
  await new Promise((resolve) => listener.once('listening', resolve));
  after(() => {
    listener.close();
    listener.closeAllConnections();
  });
  return `http://localhost:${listener.address().port}`;
}
