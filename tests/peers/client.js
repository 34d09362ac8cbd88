// A client of another make, for the virtual plant: connects as told by one JSON object on stdin, does what an OPC UA
// client does, and says what it saw in one JSON object on stdout.
"use strict";
const fs = require("fs");
const {
    AttributeIds, DataType, MessageSecurityMode, OPCUACertificateManager, OPCUAClient, SecurityPolicy, TimestampsToReturn,
    UserTokenType, makeBrowsePath, StatusCodes, ClientSubscription, ClientMonitoredItem,
} = require("node-opcua");

async function find(session, index, path) {
    const text = path.map((name) => `/${index}:${name}`).join("");
    const result = await session.translateBrowsePath(makeBrowsePath("ObjectsFolder", text));
    return result.targets.length ? result.targets[0].targetId : null;
}

async function connect(asked) {
    const certificates = new OPCUACertificateManager({ rootFolder: asked.pki, automaticallyAcceptUnknownCertificate: false, name: "pki" });
    await certificates.initialize();
    for (const file of asked.trusted) await certificates.trustCertificate(fs.readFileSync(file));
    const client = OPCUAClient.create({
        endpointMustExist: false, connectionStrategy: { maxRetry: 0 },
        securityMode: MessageSecurityMode[asked.mode], securityPolicy: SecurityPolicy[asked.policy],
        certificateFile: asked.certificate, privateKeyFile: asked.key, applicationUri: asked.applicationUri,
        clientCertificateManager: certificates,
    });
    await client.connect(asked.endpoint);
    const user = asked.user ? { type: UserTokenType.UserName, userName: asked.user, password: asked.password } : undefined;
    return { client, session: await client.createSession(user) };
}

async function watch(session, nodeId, count) {
    const subscription = ClientSubscription.create(session, {
        requestedPublishingInterval: 50, requestedLifetimeCount: 100, requestedMaxKeepAliveCount: 10, publishingEnabled: true,
        maxNotificationsPerPublish: 0, priority: 1,
    });
    const item = ClientMonitoredItem.create(subscription, { nodeId, attributeId: AttributeIds.Value },
        { samplingInterval: 0, discardOldest: true, queueSize: 10 }, TimestampsToReturn.Both);
    const seen = [];
    await new Promise((resolve) => item.on("changed", (data) => { seen.push(data.value.value); if (seen.length >= count) resolve(); }));
    await subscription.terminate();
    return seen;
}

async function main(asked) {
    const { client, session } = await connect(asked);
    const said = { written: [] };
    const namespaces = await session.readNamespaceArray();
    const index = namespaces.indexOf(asked.uri);
    said.read = [];
    for (const path of asked.read) {
        const data = await session.read({ nodeId: await find(session, index, path), attributeId: AttributeIds.Value });
        said.read.push([data.value.value, data.statusCode.name, DataType[data.value.dataType]]);
    }
    if (asked.watch) said.watched = await watch(session, await find(session, index, asked.watch), 3);
    for (const [path, type, value] of asked.write) {
        const nodeId = await find(session, index, path);
        const status = await session.write({ nodeId, attributeId: AttributeIds.Value, value: { value: { dataType: DataType[type], value } } });
        const back = await session.read({ nodeId, attributeId: AttributeIds.Value });
        said.written.push([status.name, back.value.value]);
    }
    if (asked.call) {
        const [object, name, inputs] = asked.call;
        const objectId = await find(session, index, object);
        const methodId = await find(session, index, [...object, name]);
        const inputArguments = inputs.map(([type, value]) => ({ dataType: DataType[type], value }));
        const result = await session.call({ objectId, methodId, inputArguments });
        said.called = result.statusCode.name;
    }
    await session.close();
    await client.disconnect();
    return said;
}

main(JSON.parse(fs.readFileSync(0, "utf-8")))
    .then((said) => { process.stdout.write(JSON.stringify(said) + "\n"); process.exit(0); })
    .catch((fault) => { process.stdout.write(JSON.stringify({ fault: String(fault.message) }) + "\n"); process.exit(0); });
