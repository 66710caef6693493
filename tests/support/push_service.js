// A push service on this machine that did not come from us: it checks our signature and opens what we send with the keys that it gave.
// Says its port on the first line. POST /subscribe, /notify/<phone>, /expire/<phone>; GET /got/<phone>.
const http = require('http');
const { PushApiModel } = require('../vendor/web-push-testing.js');

const model = new PushApiModel();
console.error = () => {};
const seen = {};

const bodyOf = request => new Promise(resolve => {
  const parts = [];
  request.on('data', part => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
});

const routes = {
  subscribe: async (_, body) => [200, await model.subscribe(JSON.parse(body))],
  expire: async phone => { model.expireSubscription(phone); return [200, {}]; },
  got: async phone => [200, { messages: model.messages[phone] || [], headers: seen[phone] || [] }],
  notify: async (phone, body, headers) => {
    const told = { encoding: headers['content-encoding'], authorization: headers.authorization, ttl: headers.ttl };
    try {
      await model.handleNotification(phone, told, body);
    } catch (error) {
      return [error.name === 'SubscriptionExpiredError' ? 410 : 400, { error: error.message }];
    }
    (seen[phone] ||= []).push({ ...headers });
    return [201, {}];
  },
};

const server = http.createServer(async (request, response) => {
  const [, what, phone] = request.url.split('/');
  let status = 404, said = {};
  try {
    if (routes[what]) [status, said] = await routes[what](phone, await bodyOf(request), request.headers);
  } catch (error) {
    [status, said] = [500, { error: String(error) }];
  }
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(said));
});
server.listen(0, '127.0.0.1', () => {
  model.notifyUrl = `http://127.0.0.1:${server.address().port}/notify/`;
  process.stdout.write(`${server.address().port}\n`);
});
