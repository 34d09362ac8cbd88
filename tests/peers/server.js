// An OPC UA server of another make for the tests. What is behind it stands on the other side of a pipe: one JSON object
// a line. First line in: the description. Then in: {"set": [[alias, value, status, time]]}, {"answer": id, status, held},
// {"reset": [[alias, value]]}. Out: {"ready": endpoint}, {"write": id, alias, value, user}, {"call": …}.
"use strict";
const fs = require("fs");
const readline = require("readline");
const {
    DataType, DataValue, OPCUAServer, OPCUACertificateManager, MessageSecurityMode, SecurityPolicy, StatusCodes,
    Variant, VariantArrayType, WellKnownRoles, makeRoles, makePermissionFlag, AttributeIds,
} = require("node-opcua");

const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");
const held = new Map(); // alias -> DataValue
const variables = new Map(); // alias -> UAVariable
const waiting = new Map(); // id -> function that gets the answer
let next = 1;

function variant(tag, value) {
    const arrayType = tag.array ? VariantArrayType.Array : VariantArrayType.Scalar;
    return new Variant({ dataType: DataType[tag.type], arrayType, value });
}

function put(tag, value, status, time) {
    const sourceTimestamp = time === null || time === undefined ? new Date() : new Date(time);
    const statusCode = StatusCodes[status || "Good"];
    const shown = value === "NaN" ? NaN : value;
    const data = new DataValue({ value: variant(tag, shown), statusCode, sourceTimestamp, serverTimestamp: new Date() });
    held.set(tag.alias, data);
}

function ask(question) {
    const id = next++;
    return new Promise((resolve) => { waiting.set(id, resolve); say({ id, ...question }); });
}

function permissions(tag) {
    const read = makePermissionFlag("Browse | Read");
    const write = makePermissionFlag("Browse | Read | Write | Call");
    const rights = [[WellKnownRoles.Anonymous, read], [WellKnownRoles.Observer, read]];
    rights.push([WellKnownRoles.Operator, tag.writable ? write : read]);
    return rights.map(([roleId, permissions]) => ({ roleId, permissions }));
}

function bind(namespace, parent, tag) {
    const variable = namespace.addVariable({
        componentOf: parent, browseName: tag.path[tag.path.length - 1], dataType: tag.type,
        valueRank: tag.array ? 1 : -1, arrayDimensions: tag.array ? [0] : undefined, minimumSamplingInterval: tag.plain ? 0 : 20, nodeId: `s=${tag.alias}`,
        accessLevel: tag.writable ? "CurrentRead | CurrentWrite" : "CurrentRead",
        userAccessLevel: tag.writable ? "CurrentRead | CurrentWrite" : "CurrentRead",
        rolePermissions: permissions(tag),
    });
    variables.set(tag.alias, variable);
    if (tag.plain) { variable.setValueFromSource(variant(tag, tag.value)); return variable; }
    variable.bindVariable({
        timestamped_get: () => held.get(tag.alias),
        timestamped_set: async (data) => {
            const answer = await ask({ write: tag.alias, value: Array.from([].concat(data.value.value)), array: tag.array });
            if (answer.held !== undefined && answer.status === "Good") put(tag, answer.held, answer.shown, null);
            return StatusCodes[answer.status];
        },
    }, true);
    return variable;
}

function method(namespace, parent, described) {
    const made = namespace.addMethod(parent, {
        browseName: described.path[described.path.length - 1],
        inputArguments: described.inputs.map((input) => ({ name: input.name, dataType: DataType[input.type], valueRank: input.array ? 1 : -1 })),
        outputArguments: [],
    });
    made.bindMethod((inputs, context, callback) => {
        ask({ call: described.name, value: inputs.map((input) => input.value) })
            .then((answer) => callback(null, { statusCode: StatusCodes[answer.status], outputArguments: [] }));
    });
}

function folderOf(namespace, folders, path) {
    const key = path.join("/");
    if (!folders.has(key)) {
        const above = folderOf(namespace, folders, path.slice(0, -1));
        folders.set(key, namespace.addObject({ componentOf: above, browseName: path[path.length - 1] }));
    }
    return folders.get(key);
}

async function main(description) {
    const certificates = new OPCUACertificateManager({
        rootFolder: description.pki, automaticallyAcceptUnknownCertificate: false, name: "pki",
    });
    await certificates.initialize();
    for (const file of description.trusted) await certificates.trustCertificate(fs.readFileSync(file));
    const server = new OPCUAServer({
        port: description.port, host: "127.0.0.1", hostname: "127.0.0.1", resourcePath: "/",
        certificateFile: description.certificate, privateKeyFile: description.key,
        serverCertificateManager: certificates, userCertificateManager: certificates,
        serverInfo: { applicationUri: description.applicationUri, productUri: "urn:jayul:tests:peer" },
        securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
        securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256, SecurityPolicy.Aes128_Sha256_RsaOaep, SecurityPolicy.Aes256_Sha256_RsaPss],
        allowAnonymous: true,
        userManager: {
            isValidUser: (name, password) => description.users[name] !== undefined && description.users[name].password === password,
            getUserRoles: (name) => makeRoles(description.users[name] ? description.users[name].role : "Anonymous"),
        },
        serverCapabilities: {
            maxSessions: 100, operationLimits: description.limits || {},
            ...(description.every ? { minSupportedSampleRate: 0 } : {}), // else it folds changes of 50 ms into one
        },
    });
    await server.initialize();
    const space = server.engine.addressSpace;
    for (const uri of description.namespaces) space.registerNamespace(uri);
    const namespace = space.registerNamespace(description.uri);
    const root = namespace.addObject({ organizedBy: space.rootFolder.objects, browseName: description.root });
    const folders = new Map([["", root]]);
    const tags = new Map(description.tags.map((tag) => [tag.alias, tag]));
    for (const tag of description.tags) {
        put(tag, tag.value, "Good", null);
        bind(namespace, folderOf(namespace, folders, tag.path.slice(0, -1)), tag);
    }
    for (const one of description.methods || []) method(namespace, folderOf(namespace, folders, one.path.slice(0, -1)), one);
    await server.start();
    return { server, tags };
}

function obey(state, line) {
    const command = JSON.parse(line);
    if (command.set) for (const [alias, value, status, time] of command.set) put(state.tags.get(alias), value, status, time);
    if (command.answer) {
        const resolve = waiting.get(command.answer);
        waiting.delete(command.answer);
        resolve(command);
    }
    if (command.stream) stream(state, command.stream);
}

// As many changes a second as asked for, spread over the tags that are given; says how many were made when it ends.
function stream(state, asked) {
    const began = Date.now();
    let made = 0, told = 0;
    const timer = setInterval(() => {
        const due = Math.min(Math.floor((Date.now() - began) / 1000 * asked.rate), asked.total);
        for (; made < due; made++) {
            const tag = state.tags.get(asked.aliases[made % asked.aliases.length]);
            variables.get(tag.alias).setValueFromSource(variant(tag, made + 1)); // 0 is what it holds
        }
        if (Date.now() - told > 500) { told = Date.now(); say({ streaming: made }); }
        if (made >= asked.total) { clearInterval(timer); say({ streamed: made, wall_s: (Date.now() - began) / 1000 }); }
    }, 10);
}

let running = null;
const lines = readline.createInterface({ input: process.stdin });
lines.on("line", (line) => {
    if (running === null) {
        const description = JSON.parse(line);
        running = main(description);
        running.then((state) => say({ ready: `opc.tcp://127.0.0.1:${description.port}` }))
            .catch((fault) => { process.stderr.write(`${fault.stack}\n`); process.exit(1); });
    } else running.then((state) => obey(state, line));
});
lines.on("close", () => process.exit(0));
