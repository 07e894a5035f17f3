// A certified OpenID Connect provider on a free port of this machine. Argument: the clients and the accounts, as JSON.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { clients, accounts } = JSON.parse(process.argv[2]);
const server = createServer();

server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients,
    scopes: ["openid", "supann"],
    // As at LemonLDAP: the attributes come from userinfo, the identity token holds the subject alone.
    claims: { openid: ["sub"], supann: Object.keys(Object.assign({}, ...Object.values(accounts))) },
    pkce: { required: () => true, methods: ["S256"] },
    findAccount: (_context, id) =>
      accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
  });
  server.on("request", provider.callback());
  console.log(`READY ${issuer}`);
});
