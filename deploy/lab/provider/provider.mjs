// A real OpenID provider (npm oidc-provider) with people, one-time codes, faults and lies. For demo and tests only.
//   node provider.mjs CONFIG.json        prints {"url": ...} when it listens; everything else goes to stderr.
// CONFIG: port (0: any), certificate, key, authorities (PEM files), modules (folder with node_modules), behaviour
// ("usual" or "odd"), totp_replay, users [{login, password, totp, name, claims}], clients [{client_id, ...}], hooks
// (false: none), keys (file where the keys outlive a restart; without it they do not).

import crypto from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import tls from 'node:tls';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

console.log = console.info = console.error;
const config = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const odd = config.behaviour === 'odd';
const packages = createRequire(config.modules ? `${config.modules}/package.json` : import.meta.url);
const load = async (name) => import(pathToFileURL(packages.resolve(name)));
const { Provider } = await load('oidc-provider');
const { createMemoryAdapter } = await load('oidc-provider/lib/adapters/memory_adapter.js');
if (config.authorities) {  // who signed the certificates that back-channel logout meets
  tls.setDefaultCACertificates([...tls.getCACertificates(), fs.readFileSync(config.authorities, 'utf8')]);
}

// -- people -----------------------------------------------------------------------------------------------------------

const ACR = { pwd: 'urn:callvault:acr:pwd', mfa: 'urn:callvault:acr:mfa' };
let { users = [], clients = [] } = config;

// The odd provider names people by an opaque text.
const opaque = (text) => crypto.createHash('sha512').update(text).digest('base64url');
const subject = (user) => (odd ? opaque(`sub:${user.login}`) : user.login);

function claimsOf(user) {
  const { roles, teams, ...others } = user.claims ?? {};
  const said = odd
    ? { ...(roles && { realm_access: { roles } }), ...(teams && { departments: teams.join(' ') }) }
    : { ...(roles && { roles }), ...(teams && { teams }) };
  return { ...said, ...others };
}

function fromBase32(text) {
  const bits = [...text.replace(/=+$/, '')]
    .map((one) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

function codeOfStep(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = crypto.createHmac('sha1', fromBase32(secret)).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}

const lastStep = new Map();  // of each login: no code counts twice, nor one older than the last
function codeCounts(user, code) {
  const now = Math.floor(Date.now() / 30000);
  const step = user.totp && [now, now - 1, now + 1].find((one) => codeOfStep(user.totp, one) === code);
  if (!step || (!config.totp_replay && step <= (lastStep.get(user.login) ?? 0))) return false;
  lastStep.set(user.login, step);
  return true;
}

// -- keys and tokens --------------------------------------------------------------------------------------------------

const makers = {
  ES256: () => crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
const newKey = (alg) => ({
  ...makers[alg]().privateKey.export({ format: 'jwk' }),
  alg,
  use: 'sig',
  kid: crypto.randomBytes(12).toString('base64url'),
});
const newKeys = () => Object.keys(makers).map(newKey);
const kept = config.keys && fs.existsSync(config.keys) ? JSON.parse(fs.readFileSync(config.keys, 'utf8')) : {};
const cookieKeys = kept.cookieKeys ?? [crypto.randomBytes(32).toString('hex')];
let keys = kept.keys ?? newKeys();
function keepKeys() {
  if (!config.keys) return;
  fs.writeFileSync(`${config.keys}.new`, JSON.stringify({ keys, cookieKeys }), { mode: 0o600 });
  fs.renameSync(`${config.keys}.new`, config.keys);
}
keepKeys();
const unpublished = Object.fromEntries(newKeys().map((key) => [key.alg, key]));
const keyFor = (alg) => keys.find((key) => key.alg === alg);

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (part) => JSON.parse(Buffer.from(part, 'base64url'));

/** A JWS with this header; `key`: a private JWK, a shared secret (HS256), or nothing (none). */
function signed(header, claims, key) {
  const input = `${encoded(header)}.${encoded(claims)}`;
  if (key === undefined) return `${input}.`;
  const mac = typeof key === 'string'
    ? crypto.createHmac('sha256', key).update(input).digest()
    : crypto.sign('sha256', Buffer.from(input), {
      key: crypto.createPrivateKey({ format: 'jwk', key }), dsaEncoding: 'ieee-p1363' });
  return `${input}.${mac.toString('base64url')}`;
}

let lie;  // what the next ID tokens say wrongly; see the hook
function altered(token, secret) {
  const [header, claims] = token.split('.').slice(0, 2).map(decoded);
  const { alg, other_key: otherKey, expired, ...wrong } = lie;
  if (expired !== undefined) Object.assign(claims, { iat: claims.iat - 7200, exp: claims.iat - 3600 });
  for (const [name, text] of Object.entries(wrong)) {
    if (text === 'missing') delete claims[name];
    else claims[name] = text === '' ? `wrong-${name}` : asJson(text);
  }
  if (alg) header.alg = alg;
  if (alg === 'none') return signed(header, claims);
  if (alg === 'HS256') return signed(header, claims, secret);
  const key = otherKey === undefined ? keyFor(header.alg) : unpublished[header.alg];
  if (alg || otherKey === 'kid') header.kid = key.kid;
  return signed(header, claims, key);
}

function asJson(text) {
  try { return JSON.parse(text); } catch { return text; }
}

// -- the provider -----------------------------------------------------------------------------------------------------

const adapter = createMemoryAdapter();  // one for all: sessions outlive a new Provider
const html = (title, inside) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>`
  + `<meta name="viewport" content="width=device-width"><main><h1>${title}</h1>${inside}</main></html>`;

function settings() {
  const named = [...new Set(users.flatMap((user) => Object.keys(claimsOf(user))))];
  return {
    adapter,
    jwks: { keys },
    cookies: { keys: cookieKeys },
    clients: clients.map((client) => ({
      id_token_signed_response_alg: odd ? 'RS256' : 'ES256',
      ...(client.backchannel_logout_uri && { backchannel_logout_session_required: true }),
      ...client })),
    scopes: ['openid', 'profile', 'roles'],
    claims: {
      openid: odd ? ['sub', 'amr', ...named] : ['sub', 'acr', 'amr', 'auth_time', 'sid'],
      profile: ['name', 'preferred_username'],
      roles: named,
    },
    ...(!odd && { acrValues: Object.values(ACR) }),
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, Session: 36000, Grant: 36000, Interaction: 600 },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = html('Sign out?', `${form}<button form="op.logoutForm" name="logout" value="yes">Yes, sign me out`
            + '</button> <button form="op.logoutForm">No, stay signed in</button>');
        },
        postLogoutSuccessSource: (ctx) => { ctx.body = html('You are signed out', ''); },
      },
    },
    findAccount: (ctx, id) => {
      const user = users.find((one) => subject(one) === id);
      const name = user && { name: user.name ?? user.login, preferred_username: user.login };
      return user && { accountId: id, claims: () => ({ sub: id, ...name, ...claimsOf(user) }) };
    },
    interactions: { url: (ctx, interaction) => `/login/${interaction.uid}` },
    loadExistingGrant: async (ctx) => {  // nobody is asked for consent
      const { accountId } = ctx.oidc.session;
      const known = ctx.oidc.session.grantIdFor(ctx.oidc.client.clientId);
      const found = known && await ctx.oidc.provider.Grant.find(known);
      if (found?.accountId === accountId) return found;
      const grant = new ctx.oidc.provider.Grant({ accountId, clientId: ctx.oidc.client.clientId });
      grant.addOIDCScope('openid profile roles');
      await grant.save();
      return grant;
    },
    // The library's own dispatcher refuses loopback addresses, and there all of this happens.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  };
}

/** Alters answers of the library: the lies, and what the odd provider says otherwise. */
async function alter(ctx, next) {
  await next();
  const route = ctx.oidc?.route;
  if (route === 'token' && ctx.body?.id_token && lie) {
    ctx.body.id_token = altered(ctx.body.id_token, ctx.oidc.client.clientSecret);
  }
  if (!odd) return;
  if (route === 'discovery') ctx.body.authorization_response_iss_parameter_supported = false;
  if (route === 'jwks') ctx.body = { keys: ctx.body.keys.map(({ alg, ...key }) => key) };
  if ((route === 'authorization' || route === 'resume') && ctx.response.get('location')) {
    const to = new URL(ctx.response.get('location'), url);
    to.searchParams.delete('iss');
    ctx.set('location', to.href);
  }
}

let url;
let provider;
let handle;
function build() {
  provider = new Provider(url, settings());
  provider.use(alter);
  provider.on('server_error', (ctx, error) => console.error('server_error', error));
  for (const event of ['authorization.error', 'grant.error', 'end_session.error', 'backchannel.error']) {
    provider.on(event, (ctx, error) => console.error(event, error.message, error.error_detail ?? error.cause ?? ''));
  }
  handle = provider.callback();
}

// -- the login page ---------------------------------------------------------------------------------------------------

function loginPage(response, status, alert = '') {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(html('Sign in', `${alert && `<p role="alert">${alert}</p>`}<form method="post">`
    + '<p><label>Name <input name="login" autocomplete="username" required autofocus></label>'
    + '<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label>'
    + '<p><label>One-time code, if you have one '
    + '<input name="otp" inputmode="numeric" autocomplete="one-time-code"></label>'
    + '<p><button>Sign in</button></form>'));
}

async function login(request, response) {
  await provider.interactionDetails(request, response);  // throws when nobody asked for a login
  if (request.method !== 'POST') return loginPage(response, 200);
  const form = new URLSearchParams(await textOf(request));
  const user = users.find((one) => one.login === form.get('login'));
  if (!user || user.password !== form.get('password')) return loginPage(response, 401, 'Wrong name or password.');
  const code = (form.get('otp') ?? '').trim();
  if (code && !codeCounts(user, code)) return loginPage(response, 401, 'Wrong one-time code.');
  const how = odd
    ? { amr: code ? ['pwd', 'mfa'] : ['pwd'] }
    : { acr: code ? ACR.mfa : ACR.pwd, amr: code ? ['pwd', 'otp', 'mfa'] : ['pwd'] };
  return provider.interactionFinished(request, response, { login: { accountId: subject(user), ...how } },
    { mergeWithLastSubmission: false });
}

// -- hooks and faults -------------------------------------------------------------------------------------------------

const faults = new Map();  // path or "all" -> mode
const PATHS = { token: '/token', jwks: '/jwks', discovery: '/.well-known/openid-configuration', all: 'all' };

const hooks = {
  clients: (query, body) => { if (body) { clients = body; build(); } return clients; },
  users: (query, body) => { if (body) { users = body; build(); } return users.map(subject); },
  rotate: (query) => {  // the new ones sign from now on; drop=1: the old ones are published no more
    keys = query.drop ? newKeys() : [...newKeys(), ...keys];
    keepKeys();
    build();
    return keys.map(({ alg, kid }) => ({ alg, kid }));
  },
  fault: ({ what, mode }) => {
    if (!PATHS[what] || !['503', 'garbage', 'hang', 'none'].includes(mode)) throw new Error('no such fault');
    if (mode === 'none' && what === 'all') faults.clear();
    else if (mode === 'none') faults.delete(PATHS[what]);
    else faults.set(PATHS[what], mode);
    return [...faults];
  },
  // Replaces the lie before; without a query the truth again. expired, alg=HS256|none|RS256|ES256, other_key (under the
  // published kid; other_key=kid: under its own), or any claim: empty is some wrong text, "missing" leaves it out.
  lie: (query) => { lie = Object.keys(query).length ? query : undefined; return lie ?? {}; },
  sign: (query, { header, claims }) => {
    const alg = header.alg ?? (odd ? 'RS256' : 'ES256');
    return signed({ alg, kid: keyFor(alg)?.kid, ...header }, claims, keyFor(alg));
  },
};

async function admin(request, response, to) {
  const hook = hooks[to.pathname.split('/')[2]];
  const text = await textOf(request);
  const answer = hook?.(Object.fromEntries(to.searchParams), text ? JSON.parse(text) : undefined);
  response.writeHead(hook ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer ?? null));
}

function fails(response, mode) {
  const json = { 'content-type': 'application/json' };
  if (mode === '503') response.writeHead(503).end();
  if (mode === 'garbage') response.writeHead(200, json).end('{"keys":[{"kty":"EC"},42,');
}  // 'hang' says nothing

async function textOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

async function answer(request, response) {
  const to = new URL(request.url, url);
  request.headers.host = new URL(url).host;  // the library's own URLs follow it
  const near = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.socket.remoteAddress);
  if (to.pathname.startsWith('/__admin/') && near && config.hooks !== false) return admin(request, response, to);
  const fault = faults.get(to.pathname) ?? faults.get('all');
  if (fault) return fails(response, fault);
  if (to.pathname.startsWith('/login/')) return login(request, response);
  return handle(request, response);
}

const server = https.createServer({ cert: fs.readFileSync(config.certificate), key: fs.readFileSync(config.key) },
  (request, response) => answer(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(error.statusCode ?? 500);
    response.end();
  }));
server.listen(config.port ?? 0, '127.0.0.1', () => {
  url = `https://localhost:${server.address().port}`;
  build();
  process.stdout.write(`${JSON.stringify({ url })}\n`);
});
