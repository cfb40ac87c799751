// Written by `npm run generate`; do not edit.
var __getOwnPropNames = Object.getOwnPropertyNames;
var __commonJS = (cb, mod) => function __require() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};

// node_modules/ajv/dist/runtime/ucs2length.js
var require_ucs2length = __commonJS({
  "node_modules/ajv/dist/runtime/ucs2length.js"(exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    function ucs2length(str) {
      const len = str.length;
      let length = 0;
      let pos = 0;
      let value;
      while (pos < len) {
        length++;
        value = str.charCodeAt(pos++);
        if (value >= 55296 && value <= 56319 && pos < len) {
          value = str.charCodeAt(pos);
          if ((value & 64512) === 56320)
            pos++;
        }
      }
      return length;
    }
    exports.default = ucs2length;
    ucs2length.code = 'require("ajv/dist/runtime/ucs2length").default';
  }
});

// <stdin>
var settings = validate10;
var schema11 = { "$schema": "http://json-schema.org/draft-07/schema#", "title": "Settings of the Nexlink controller", "type": "object", "properties": { "nexodus": { "type": "object", "properties": { "url": { "type": "string", "description": "The address of the Nexodus service. The hosts `api.` and `auth.` before its name are used too. With `NEXODUS_BUILD_PROFILE=dev` in the environment the default is `https://try.nexodus.127.0.0.1.nip.io`.", "default": "https://try.nexodus.io", "maxLength": 1024, "pattern": "^https://[^/@?#]+/?$", "patternMessage": "not the https address of a service: write https://, a host name and perhaps a port, nothing more" }, "vpcID": { "type": "string", "description": "The id of the VPC that devices join. Default: the VPC of the user, which has the same id as the user's organization.", "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", "patternMessage": "not the id of a VPC: write the UUID that `nexctl vpc list` shows" }, "caFile": { "type": "string", "description": "A file with certificates (PEM) of the authority that signed those of the Nexodus service. Its content is handed to the gateways. Default: the roots that come with the images.", "minLength": 1 }, "insecureSkipTLSVerify": { "type": "boolean", "description": "Do not check the certificates of the Nexodus service. For trials only: anybody on the way can read the credentials.", "default": false } }, "additionalProperties": false, "default": {} }, "realm": { "type": "string", "description": "The realm of namespaces that have no label `nexlink.nexodus.io/realm`. Default: each namespace's own name, so that namespaces of equal names find each other.", "minLength": 1, "maxLength": 63, "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "patternMessage": "not a DNS label: write lower-case letters, digits and '-', with a letter or digit at both ends" }, "autoImport": { "type": "string", "enum": ["labeled", "all", "none"], "description": 'Which namespaces get a NexlinkImport for everything that other clusters export to their realm. `labeled`: those with the label `nexlink.nexodus.io/import: "true"`. `all`: every one but `kube-*` and the controller\'s own. `none`: no namespace, imports are made by hand.', "default": "labeled" }, "gateway": { "type": "object", "properties": { "replicas": { "type": "integer", "description": "Pods of a gateway that does not say how many, each a Nexodus device.", "default": 2, "minimum": 0, "maximum": 10 }, "nexd": { "type": "object", "properties": { "image": { "type": "string", "description": "The image with nexd.", "default": "quay.io/nexodus/nexd:latest", "minLength": 1, "maxLength": 1024 }, "resources": { "type": "object", "properties": { "requests": { "type": "object", "additionalProperties": { "type": ["number", "string"], "description": "An amount, such as 2, 500m, 64Mi.", "minimum": 0, "maxLength": 32, "pattern": "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", "patternMessage": "not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi" }, "description": "What is set aside for it.", "maxProperties": 16 }, "limits": { "type": "object", "additionalProperties": { "type": ["number", "string"], "description": "An amount, such as 2, 500m, 64Mi.", "minimum": 0, "maxLength": 32, "pattern": "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", "patternMessage": "not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi" }, "description": "What it may use at most.", "maxProperties": 16 } }, "additionalProperties": false, "description": "CPU and memory of the container nexd. Default: requests of 50m and 48Mi, no limits." } }, "additionalProperties": false, "default": {} }, "agent": { "type": "object", "properties": { "image": { "type": "string", "description": "The image with the agent. Default: the environment variable `NEXLINK_AGENT_IMAGE`, which the Deployment sets to the controller's own image.", "minLength": 1, "maxLength": 1024 }, "resources": { "type": "object", "properties": { "requests": { "type": "object", "additionalProperties": { "type": ["number", "string"], "description": "An amount, such as 2, 500m, 64Mi.", "minimum": 0, "maxLength": 32, "pattern": "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", "patternMessage": "not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi" }, "description": "What is set aside for it.", "maxProperties": 16 }, "limits": { "type": "object", "additionalProperties": { "type": ["number", "string"], "description": "An amount, such as 2, 500m, 64Mi.", "minimum": 0, "maxLength": 32, "pattern": "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", "patternMessage": "not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi" }, "description": "What it may use at most.", "maxProperties": 16 } }, "additionalProperties": false, "description": "CPU and memory of the container agent. Default: requests of 50m and 48Mi, no limits." } }, "additionalProperties": false, "default": {} }, "stunServers": { "type": "array", "items": { "type": "string", "description": "A host and a port.", "maxLength": 260, "pattern": "^([^:/\\s,]+|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$", "patternMessage": "not a host with a port: write for example stun.example.com:3478" }, "description": "STUN servers that nexd asks for its public address, as `host:port`; it needs two to tell what kind of NAT it is behind. Default: nexd's own.", "default": [], "maxItems": 16 }, "hostAliases": { "type": "array", "items": { "type": "object", "properties": { "ip": { "type": "string", "description": "IPv4 or IPv6 address." }, "hostnames": { "type": "array", "items": { "type": "string" }, "minItems": 1 } }, "required": ["ip", "hostnames"], "additionalProperties": false }, "description": "Lines for `/etc/hosts` of gateway pods, for Nexodus services that no name server knows. As in a Pod.", "default": [], "maxItems": 64 }, "imagePullPolicy": { "type": "string", "enum": ["Always", "IfNotPresent", "Never"], "description": "When the kubelet pulls the images of gateway pods. Default: as in a Pod." } }, "additionalProperties": false, "default": {} }, "serviceAccountName": { "type": "string", "description": "A ServiceAccount for the pods of gateways, which then has to exist in each of their namespaces. Default: the controller makes one for each gateway.", "minLength": 1, "maxLength": 63, "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "patternMessage": "not a DNS label: write lower-case letters, digits and '-', with a letter or digit at both ends" }, "credentialsSecret": { "type": "object", "properties": { "namespace": { "type": "string", "description": "Default: the namespace of the controller.", "minLength": 1, "maxLength": 63, "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "patternMessage": "not a DNS label: write lower-case letters, digits and '-', with a letter or digit at both ends" }, "name": { "type": "string", "description": "The Secret with the login of the Nexodus user: keys `username` and `password`, or `refreshToken`. It is read again when it changes.", "default": "nexodus-credentials", "minLength": 1, "maxLength": 253 } }, "additionalProperties": false, "description": "The Secret with the login of the Nexodus user.", "default": {} }, "log": { "type": "object", "properties": { "level": { "type": "string", "enum": ["debug", "info", "warn", "error"], "description": "The least important lines that are written.", "default": "info" }, "format": { "type": "string", "enum": ["json", "text"], "description": "`json`: one object a line. `text`: for people.", "default": "json" } }, "additionalProperties": false, "default": {} }, "metrics": { "type": "object", "properties": { "enabled": { "type": "boolean", "description": "Serve metrics for Prometheus.", "default": true }, "address": { "type": "string", "description": "Where `/metrics` is served.", "pattern": "^([^:/\\s]*|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$", "patternMessage": "not an address to listen on: write :port, or host:port", "default": ":8080" } }, "additionalProperties": false, "default": {} }, "health": { "type": "object", "properties": { "address": { "type": "string", "description": "Where `/healthz` and `/readyz` are served.", "pattern": "^([^:/\\s]*|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$", "patternMessage": "not an address to listen on: write :port, or host:port", "default": ":8081" } }, "additionalProperties": false, "default": {} }, "leaderElection": { "type": "object", "properties": { "enabled": { "type": "boolean", "description": "Elect one of several replicas to work. Without it there must not be more than one.", "default": true }, "leaseName": { "type": "string", "description": "The Lease in the controller's namespace.", "minLength": 1, "maxLength": 63, "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$", "patternMessage": "not a Service's name: write lower-case letters, digits and '-', a letter first and no '-' last", "default": "nexlink-controller" } }, "additionalProperties": false, "default": {} } }, "additionalProperties": false, "description": "The controller's settings. The docstrings are the documentation, and the source of the schema, the defaults and the names of the environment variables: `npm run generate` after a change." };
var func2 = Object.prototype.hasOwnProperty;
var func3 = require_ucs2length().default;
var pattern0 = new RegExp("^https://[^/@?#]+/?$", "u");
var pattern1 = new RegExp("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", "u");
var pattern2 = new RegExp("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "u");
var pattern3 = new RegExp("^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", "u");
var pattern7 = new RegExp("^([^:/\\s,]+|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$", "u");
var pattern10 = new RegExp("^([^:/\\s]*|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$", "u");
var pattern12 = new RegExp("^[a-z]([-a-z0-9]*[a-z0-9])?$", "u");
function validate10(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.nexodus === void 0) {
      data.nexodus = {};
    }
    if (data.autoImport === void 0) {
      data.autoImport = "labeled";
    }
    if (data.gateway === void 0) {
      data.gateway = {};
    }
    if (data.credentialsSecret === void 0) {
      data.credentialsSecret = {};
    }
    if (data.log === void 0) {
      data.log = {};
    }
    if (data.metrics === void 0) {
      data.metrics = {};
    }
    if (data.health === void 0) {
      data.health = {};
    }
    if (data.leaderElection === void 0) {
      data.leaderElection = {};
    }
    for (const key0 in data) {
      if (!func2.call(schema11.properties, key0)) {
        const err0 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 }, message: "must NOT have additional properties", schema: false, parentSchema: schema11, data };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
    }
    let data0 = data.nexodus;
    if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
      if (data0.url === void 0) {
        data0.url = "https://try.nexodus.io";
      }
      if (data0.insecureSkipTLSVerify === void 0) {
        data0.insecureSkipTLSVerify = false;
      }
      for (const key1 in data0) {
        if (!(key1 === "url" || key1 === "vpcID" || key1 === "caFile" || key1 === "insecureSkipTLSVerify")) {
          const err1 = { instancePath: instancePath + "/nexodus", schemaPath: "#/properties/nexodus/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key1 }, message: "must NOT have additional properties", schema: false, parentSchema: schema11.properties.nexodus, data: data0 };
          if (vErrors === null) {
            vErrors = [err1];
          } else {
            vErrors.push(err1);
          }
          errors++;
        }
      }
      let data1 = data0.url;
      if (typeof data1 === "string") {
        if (func3(data1) > 1024) {
          const err2 = { instancePath: instancePath + "/nexodus/url", schemaPath: "#/properties/nexodus/properties/url/maxLength", keyword: "maxLength", params: { limit: 1024 }, message: "must NOT have more than 1024 characters", schema: 1024, parentSchema: schema11.properties.nexodus.properties.url, data: data1 };
          if (vErrors === null) {
            vErrors = [err2];
          } else {
            vErrors.push(err2);
          }
          errors++;
        }
        if (!pattern0.test(data1)) {
          const err3 = { instancePath: instancePath + "/nexodus/url", schemaPath: "#/properties/nexodus/properties/url/pattern", keyword: "pattern", params: { pattern: "^https://[^/@?#]+/?$" }, message: 'must match pattern "^https://[^/@?#]+/?$"', schema: "^https://[^/@?#]+/?$", parentSchema: schema11.properties.nexodus.properties.url, data: data1 };
          if (vErrors === null) {
            vErrors = [err3];
          } else {
            vErrors.push(err3);
          }
          errors++;
        }
      } else {
        const err4 = { instancePath: instancePath + "/nexodus/url", schemaPath: "#/properties/nexodus/properties/url/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.nexodus.properties.url.type, parentSchema: schema11.properties.nexodus.properties.url, data: data1 };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      if (data0.vpcID !== void 0) {
        let data2 = data0.vpcID;
        if (typeof data2 === "string") {
          if (!pattern1.test(data2)) {
            const err5 = { instancePath: instancePath + "/nexodus/vpcID", schemaPath: "#/properties/nexodus/properties/vpcID/pattern", keyword: "pattern", params: { pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$" }, message: 'must match pattern "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"', schema: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", parentSchema: schema11.properties.nexodus.properties.vpcID, data: data2 };
            if (vErrors === null) {
              vErrors = [err5];
            } else {
              vErrors.push(err5);
            }
            errors++;
          }
        } else {
          const err6 = { instancePath: instancePath + "/nexodus/vpcID", schemaPath: "#/properties/nexodus/properties/vpcID/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.nexodus.properties.vpcID.type, parentSchema: schema11.properties.nexodus.properties.vpcID, data: data2 };
          if (vErrors === null) {
            vErrors = [err6];
          } else {
            vErrors.push(err6);
          }
          errors++;
        }
      }
      if (data0.caFile !== void 0) {
        let data3 = data0.caFile;
        if (typeof data3 === "string") {
          if (func3(data3) < 1) {
            const err7 = { instancePath: instancePath + "/nexodus/caFile", schemaPath: "#/properties/nexodus/properties/caFile/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.nexodus.properties.caFile, data: data3 };
            if (vErrors === null) {
              vErrors = [err7];
            } else {
              vErrors.push(err7);
            }
            errors++;
          }
        } else {
          const err8 = { instancePath: instancePath + "/nexodus/caFile", schemaPath: "#/properties/nexodus/properties/caFile/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.nexodus.properties.caFile.type, parentSchema: schema11.properties.nexodus.properties.caFile, data: data3 };
          if (vErrors === null) {
            vErrors = [err8];
          } else {
            vErrors.push(err8);
          }
          errors++;
        }
      }
      let data4 = data0.insecureSkipTLSVerify;
      if (typeof data4 !== "boolean") {
        const err9 = { instancePath: instancePath + "/nexodus/insecureSkipTLSVerify", schemaPath: "#/properties/nexodus/properties/insecureSkipTLSVerify/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean", schema: schema11.properties.nexodus.properties.insecureSkipTLSVerify.type, parentSchema: schema11.properties.nexodus.properties.insecureSkipTLSVerify, data: data4 };
        if (vErrors === null) {
          vErrors = [err9];
        } else {
          vErrors.push(err9);
        }
        errors++;
      }
    } else {
      const err10 = { instancePath: instancePath + "/nexodus", schemaPath: "#/properties/nexodus/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.nexodus.type, parentSchema: schema11.properties.nexodus, data: data0 };
      if (vErrors === null) {
        vErrors = [err10];
      } else {
        vErrors.push(err10);
      }
      errors++;
    }
    if (data.realm !== void 0) {
      let data5 = data.realm;
      if (typeof data5 === "string") {
        if (func3(data5) > 63) {
          const err11 = { instancePath: instancePath + "/realm", schemaPath: "#/properties/realm/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema11.properties.realm, data: data5 };
          if (vErrors === null) {
            vErrors = [err11];
          } else {
            vErrors.push(err11);
          }
          errors++;
        }
        if (func3(data5) < 1) {
          const err12 = { instancePath: instancePath + "/realm", schemaPath: "#/properties/realm/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.realm, data: data5 };
          if (vErrors === null) {
            vErrors = [err12];
          } else {
            vErrors.push(err12);
          }
          errors++;
        }
        if (!pattern2.test(data5)) {
          const err13 = { instancePath: instancePath + "/realm", schemaPath: "#/properties/realm/pattern", keyword: "pattern", params: { pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema11.properties.realm, data: data5 };
          if (vErrors === null) {
            vErrors = [err13];
          } else {
            vErrors.push(err13);
          }
          errors++;
        }
      } else {
        const err14 = { instancePath: instancePath + "/realm", schemaPath: "#/properties/realm/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.realm.type, parentSchema: schema11.properties.realm, data: data5 };
        if (vErrors === null) {
          vErrors = [err14];
        } else {
          vErrors.push(err14);
        }
        errors++;
      }
    }
    let data6 = data.autoImport;
    if (typeof data6 !== "string") {
      const err15 = { instancePath: instancePath + "/autoImport", schemaPath: "#/properties/autoImport/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.autoImport.type, parentSchema: schema11.properties.autoImport, data: data6 };
      if (vErrors === null) {
        vErrors = [err15];
      } else {
        vErrors.push(err15);
      }
      errors++;
    }
    if (!(data6 === "labeled" || data6 === "all" || data6 === "none")) {
      const err16 = { instancePath: instancePath + "/autoImport", schemaPath: "#/properties/autoImport/enum", keyword: "enum", params: { allowedValues: schema11.properties.autoImport.enum }, message: "must be equal to one of the allowed values", schema: schema11.properties.autoImport.enum, parentSchema: schema11.properties.autoImport, data: data6 };
      if (vErrors === null) {
        vErrors = [err16];
      } else {
        vErrors.push(err16);
      }
      errors++;
    }
    let data7 = data.gateway;
    if (data7 && typeof data7 == "object" && !Array.isArray(data7)) {
      if (data7.replicas === void 0) {
        data7.replicas = 2;
      }
      if (data7.nexd === void 0) {
        data7.nexd = {};
      }
      if (data7.agent === void 0) {
        data7.agent = {};
      }
      if (data7.stunServers === void 0) {
        data7.stunServers = [];
      }
      if (data7.hostAliases === void 0) {
        data7.hostAliases = [];
      }
      for (const key2 in data7) {
        if (!(key2 === "replicas" || key2 === "nexd" || key2 === "agent" || key2 === "stunServers" || key2 === "hostAliases" || key2 === "imagePullPolicy")) {
          const err17 = { instancePath: instancePath + "/gateway", schemaPath: "#/properties/gateway/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key2 }, message: "must NOT have additional properties", schema: false, parentSchema: schema11.properties.gateway, data: data7 };
          if (vErrors === null) {
            vErrors = [err17];
          } else {
            vErrors.push(err17);
          }
          errors++;
        }
      }
      let data8 = data7.replicas;
      if (!(typeof data8 == "number" && (!(data8 % 1) && !isNaN(data8)) && isFinite(data8))) {
        const err18 = { instancePath: instancePath + "/gateway/replicas", schemaPath: "#/properties/gateway/properties/replicas/type", keyword: "type", params: { type: "integer" }, message: "must be integer", schema: schema11.properties.gateway.properties.replicas.type, parentSchema: schema11.properties.gateway.properties.replicas, data: data8 };
        if (vErrors === null) {
          vErrors = [err18];
        } else {
          vErrors.push(err18);
        }
        errors++;
      }
      if (typeof data8 == "number" && isFinite(data8)) {
        if (data8 > 10 || isNaN(data8)) {
          const err19 = { instancePath: instancePath + "/gateway/replicas", schemaPath: "#/properties/gateway/properties/replicas/maximum", keyword: "maximum", params: { comparison: "<=", limit: 10 }, message: "must be <= 10", schema: 10, parentSchema: schema11.properties.gateway.properties.replicas, data: data8 };
          if (vErrors === null) {
            vErrors = [err19];
          } else {
            vErrors.push(err19);
          }
          errors++;
        }
        if (data8 < 0 || isNaN(data8)) {
          const err20 = { instancePath: instancePath + "/gateway/replicas", schemaPath: "#/properties/gateway/properties/replicas/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0", schema: 0, parentSchema: schema11.properties.gateway.properties.replicas, data: data8 };
          if (vErrors === null) {
            vErrors = [err20];
          } else {
            vErrors.push(err20);
          }
          errors++;
        }
      }
      let data9 = data7.nexd;
      if (data9 && typeof data9 == "object" && !Array.isArray(data9)) {
        if (data9.image === void 0) {
          data9.image = "quay.io/nexodus/nexd:latest";
        }
        for (const key3 in data9) {
          if (!(key3 === "image" || key3 === "resources")) {
            const err21 = { instancePath: instancePath + "/gateway/nexd", schemaPath: "#/properties/gateway/properties/nexd/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key3 }, message: "must NOT have additional properties", schema: false, parentSchema: schema11.properties.gateway.properties.nexd, data: data9 };
            if (vErrors === null) {
              vErrors = [err21];
            } else {
              vErrors.push(err21);
            }
            errors++;
          }
        }
        let data10 = data9.image;
        if (typeof data10 === "string") {
          if (func3(data10) > 1024) {
            const err22 = { instancePath: instancePath + "/gateway/nexd/image", schemaPath: "#/properties/gateway/properties/nexd/properties/image/maxLength", keyword: "maxLength", params: { limit: 1024 }, message: "must NOT have more than 1024 characters", schema: 1024, parentSchema: schema11.properties.gateway.properties.nexd.properties.image, data: data10 };
            if (vErrors === null) {
              vErrors = [err22];
            } else {
              vErrors.push(err22);
            }
            errors++;
          }
          if (func3(data10) < 1) {
            const err23 = { instancePath: instancePath + "/gateway/nexd/image", schemaPath: "#/properties/gateway/properties/nexd/properties/image/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.gateway.properties.nexd.properties.image, data: data10 };
            if (vErrors === null) {
              vErrors = [err23];
            } else {
              vErrors.push(err23);
            }
            errors++;
          }
        } else {
          const err24 = { instancePath: instancePath + "/gateway/nexd/image", schemaPath: "#/properties/gateway/properties/nexd/properties/image/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.gateway.properties.nexd.properties.image.type, parentSchema: schema11.properties.gateway.properties.nexd.properties.image, data: data10 };
          if (vErrors === null) {
            vErrors = [err24];
          } else {
            vErrors.push(err24);
          }
          errors++;
        }
        if (data9.resources !== void 0) {
          let data11 = data9.resources;
          if (data11 && typeof data11 == "object" && !Array.isArray(data11)) {
            for (const key4 in data11) {
              if (!(key4 === "requests" || key4 === "limits")) {
                const err25 = { instancePath: instancePath + "/gateway/nexd/resources", schemaPath: "#/properties/gateway/properties/nexd/properties/resources/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key4 }, message: "must NOT have additional properties", schema: false, parentSchema: schema11.properties.gateway.properties.nexd.properties.resources, data: data11 };
                if (vErrors === null) {
                  vErrors = [err25];
                } else {
                  vErrors.push(err25);
                }
                errors++;
              }
            }
            if (data11.requests !== void 0) {
              let data12 = data11.requests;
              if (data12 && typeof data12 == "object" && !Array.isArray(data12)) {
                if (Object.keys(data12).length > 16) {
                  const err26 = { instancePath: instancePath + "/gateway/nexd/resources/requests", schemaPath: "#/properties/gateway/properties/nexd/properties/resources/properties/requests/maxProperties", keyword: "maxProperties", params: { limit: 16 }, message: "must NOT have more than 16 properties", schema: 16, parentSchema: schema11.properties.gateway.properties.nexd.properties.resources.properties.requests, data: data12 };
                  if (vErrors === null) {
                    vErrors = [err26];
                  } else {
                    vErrors.push(err26);
                  }
                  errors++;
                }
                for (const key5 in data12) {
                  let data13 = data12[key5];
                  if (!(typeof data13 == "number" && isFinite(data13)) && typeof data13 !== "string") {
                    const err27 = { instancePath: instancePath + "/gateway/nexd/resources/requests/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/nexd/properties/resources/properties/requests/additionalProperties/type", keyword: "type", params: { type: schema11.properties.gateway.properties.nexd.properties.resources.properties.requests.additionalProperties.type }, message: "must be number,string", schema: schema11.properties.gateway.properties.nexd.properties.resources.properties.requests.additionalProperties.type, parentSchema: schema11.properties.gateway.properties.nexd.properties.resources.properties.requests.additionalProperties, data: data13 };
                    if (vErrors === null) {
                      vErrors = [err27];
                    } else {
                      vErrors.push(err27);
                    }
                    errors++;
                  }
                  if (typeof data13 == "number" && isFinite(data13)) {
                    if (data13 < 0 || isNaN(data13)) {
                      const err28 = { instancePath: instancePath + "/gateway/nexd/resources/requests/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/nexd/properties/resources/properties/requests/additionalProperties/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0", schema: 0, parentSchema: schema11.properties.gateway.properties.nexd.properties.resources.properties.requests.additionalProperties, data: data13 };
                      if (vErrors === null) {
                        vErrors = [err28];
                      } else {
                        vErrors.push(err28);
                      }
                      errors++;
                    }
                  }
                  if (typeof data13 === "string") {
                    if (func3(data13) > 32) {
                      const err29 = { instancePath: instancePath + "/gateway/nexd/resources/requests/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/nexd/properties/resources/properties/requests/additionalProperties/maxLength", keyword: "maxLength", params: { limit: 32 }, message: "must NOT have more than 32 characters", schema: 32, parentSchema: schema11.properties.gateway.properties.nexd.properties.resources.properties.requests.additionalProperties, data: data13 };
                      if (vErrors === null) {
                        vErrors = [err29];
                      } else {
                        vErrors.push(err29);
                      }
                      errors++;
                    }
                    if (!pattern3.test(data13)) {
                      const err30 = { instancePath: instancePath + "/gateway/nexd/resources/requests/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/nexd/properties/resources/properties/requests/additionalProperties/pattern", keyword: "pattern", params: { pattern: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$" }, message: 'must match pattern "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$"', schema: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", parentSchema: schema11.properties.gateway.properties.nexd.properties.resources.properties.requests.additionalProperties, data: data13 };
                      if (vErrors === null) {
                        vErrors = [err30];
                      } else {
                        vErrors.push(err30);
                      }
                      errors++;
                    }
                  }
                }
              } else {
                const err31 = { instancePath: instancePath + "/gateway/nexd/resources/requests", schemaPath: "#/properties/gateway/properties/nexd/properties/resources/properties/requests/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.gateway.properties.nexd.properties.resources.properties.requests.type, parentSchema: schema11.properties.gateway.properties.nexd.properties.resources.properties.requests, data: data12 };
                if (vErrors === null) {
                  vErrors = [err31];
                } else {
                  vErrors.push(err31);
                }
                errors++;
              }
            }
            if (data11.limits !== void 0) {
              let data14 = data11.limits;
              if (data14 && typeof data14 == "object" && !Array.isArray(data14)) {
                if (Object.keys(data14).length > 16) {
                  const err32 = { instancePath: instancePath + "/gateway/nexd/resources/limits", schemaPath: "#/properties/gateway/properties/nexd/properties/resources/properties/limits/maxProperties", keyword: "maxProperties", params: { limit: 16 }, message: "must NOT have more than 16 properties", schema: 16, parentSchema: schema11.properties.gateway.properties.nexd.properties.resources.properties.limits, data: data14 };
                  if (vErrors === null) {
                    vErrors = [err32];
                  } else {
                    vErrors.push(err32);
                  }
                  errors++;
                }
                for (const key6 in data14) {
                  let data15 = data14[key6];
                  if (!(typeof data15 == "number" && isFinite(data15)) && typeof data15 !== "string") {
                    const err33 = { instancePath: instancePath + "/gateway/nexd/resources/limits/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/nexd/properties/resources/properties/limits/additionalProperties/type", keyword: "type", params: { type: schema11.properties.gateway.properties.nexd.properties.resources.properties.limits.additionalProperties.type }, message: "must be number,string", schema: schema11.properties.gateway.properties.nexd.properties.resources.properties.limits.additionalProperties.type, parentSchema: schema11.properties.gateway.properties.nexd.properties.resources.properties.limits.additionalProperties, data: data15 };
                    if (vErrors === null) {
                      vErrors = [err33];
                    } else {
                      vErrors.push(err33);
                    }
                    errors++;
                  }
                  if (typeof data15 == "number" && isFinite(data15)) {
                    if (data15 < 0 || isNaN(data15)) {
                      const err34 = { instancePath: instancePath + "/gateway/nexd/resources/limits/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/nexd/properties/resources/properties/limits/additionalProperties/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0", schema: 0, parentSchema: schema11.properties.gateway.properties.nexd.properties.resources.properties.limits.additionalProperties, data: data15 };
                      if (vErrors === null) {
                        vErrors = [err34];
                      } else {
                        vErrors.push(err34);
                      }
                      errors++;
                    }
                  }
                  if (typeof data15 === "string") {
                    if (func3(data15) > 32) {
                      const err35 = { instancePath: instancePath + "/gateway/nexd/resources/limits/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/nexd/properties/resources/properties/limits/additionalProperties/maxLength", keyword: "maxLength", params: { limit: 32 }, message: "must NOT have more than 32 characters", schema: 32, parentSchema: schema11.properties.gateway.properties.nexd.properties.resources.properties.limits.additionalProperties, data: data15 };
                      if (vErrors === null) {
                        vErrors = [err35];
                      } else {
                        vErrors.push(err35);
                      }
                      errors++;
                    }
                    if (!pattern3.test(data15)) {
                      const err36 = { instancePath: instancePath + "/gateway/nexd/resources/limits/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/nexd/properties/resources/properties/limits/additionalProperties/pattern", keyword: "pattern", params: { pattern: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$" }, message: 'must match pattern "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$"', schema: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", parentSchema: schema11.properties.gateway.properties.nexd.properties.resources.properties.limits.additionalProperties, data: data15 };
                      if (vErrors === null) {
                        vErrors = [err36];
                      } else {
                        vErrors.push(err36);
                      }
                      errors++;
                    }
                  }
                }
              } else {
                const err37 = { instancePath: instancePath + "/gateway/nexd/resources/limits", schemaPath: "#/properties/gateway/properties/nexd/properties/resources/properties/limits/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.gateway.properties.nexd.properties.resources.properties.limits.type, parentSchema: schema11.properties.gateway.properties.nexd.properties.resources.properties.limits, data: data14 };
                if (vErrors === null) {
                  vErrors = [err37];
                } else {
                  vErrors.push(err37);
                }
                errors++;
              }
            }
          } else {
            const err38 = { instancePath: instancePath + "/gateway/nexd/resources", schemaPath: "#/properties/gateway/properties/nexd/properties/resources/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.gateway.properties.nexd.properties.resources.type, parentSchema: schema11.properties.gateway.properties.nexd.properties.resources, data: data11 };
            if (vErrors === null) {
              vErrors = [err38];
            } else {
              vErrors.push(err38);
            }
            errors++;
          }
        }
      } else {
        const err39 = { instancePath: instancePath + "/gateway/nexd", schemaPath: "#/properties/gateway/properties/nexd/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.gateway.properties.nexd.type, parentSchema: schema11.properties.gateway.properties.nexd, data: data9 };
        if (vErrors === null) {
          vErrors = [err39];
        } else {
          vErrors.push(err39);
        }
        errors++;
      }
      let data16 = data7.agent;
      if (data16 && typeof data16 == "object" && !Array.isArray(data16)) {
        for (const key7 in data16) {
          if (!(key7 === "image" || key7 === "resources")) {
            const err40 = { instancePath: instancePath + "/gateway/agent", schemaPath: "#/properties/gateway/properties/agent/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key7 }, message: "must NOT have additional properties", schema: false, parentSchema: schema11.properties.gateway.properties.agent, data: data16 };
            if (vErrors === null) {
              vErrors = [err40];
            } else {
              vErrors.push(err40);
            }
            errors++;
          }
        }
        if (data16.image !== void 0) {
          let data17 = data16.image;
          if (typeof data17 === "string") {
            if (func3(data17) > 1024) {
              const err41 = { instancePath: instancePath + "/gateway/agent/image", schemaPath: "#/properties/gateway/properties/agent/properties/image/maxLength", keyword: "maxLength", params: { limit: 1024 }, message: "must NOT have more than 1024 characters", schema: 1024, parentSchema: schema11.properties.gateway.properties.agent.properties.image, data: data17 };
              if (vErrors === null) {
                vErrors = [err41];
              } else {
                vErrors.push(err41);
              }
              errors++;
            }
            if (func3(data17) < 1) {
              const err42 = { instancePath: instancePath + "/gateway/agent/image", schemaPath: "#/properties/gateway/properties/agent/properties/image/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.gateway.properties.agent.properties.image, data: data17 };
              if (vErrors === null) {
                vErrors = [err42];
              } else {
                vErrors.push(err42);
              }
              errors++;
            }
          } else {
            const err43 = { instancePath: instancePath + "/gateway/agent/image", schemaPath: "#/properties/gateway/properties/agent/properties/image/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.gateway.properties.agent.properties.image.type, parentSchema: schema11.properties.gateway.properties.agent.properties.image, data: data17 };
            if (vErrors === null) {
              vErrors = [err43];
            } else {
              vErrors.push(err43);
            }
            errors++;
          }
        }
        if (data16.resources !== void 0) {
          let data18 = data16.resources;
          if (data18 && typeof data18 == "object" && !Array.isArray(data18)) {
            for (const key8 in data18) {
              if (!(key8 === "requests" || key8 === "limits")) {
                const err44 = { instancePath: instancePath + "/gateway/agent/resources", schemaPath: "#/properties/gateway/properties/agent/properties/resources/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key8 }, message: "must NOT have additional properties", schema: false, parentSchema: schema11.properties.gateway.properties.agent.properties.resources, data: data18 };
                if (vErrors === null) {
                  vErrors = [err44];
                } else {
                  vErrors.push(err44);
                }
                errors++;
              }
            }
            if (data18.requests !== void 0) {
              let data19 = data18.requests;
              if (data19 && typeof data19 == "object" && !Array.isArray(data19)) {
                if (Object.keys(data19).length > 16) {
                  const err45 = { instancePath: instancePath + "/gateway/agent/resources/requests", schemaPath: "#/properties/gateway/properties/agent/properties/resources/properties/requests/maxProperties", keyword: "maxProperties", params: { limit: 16 }, message: "must NOT have more than 16 properties", schema: 16, parentSchema: schema11.properties.gateway.properties.agent.properties.resources.properties.requests, data: data19 };
                  if (vErrors === null) {
                    vErrors = [err45];
                  } else {
                    vErrors.push(err45);
                  }
                  errors++;
                }
                for (const key9 in data19) {
                  let data20 = data19[key9];
                  if (!(typeof data20 == "number" && isFinite(data20)) && typeof data20 !== "string") {
                    const err46 = { instancePath: instancePath + "/gateway/agent/resources/requests/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/agent/properties/resources/properties/requests/additionalProperties/type", keyword: "type", params: { type: schema11.properties.gateway.properties.agent.properties.resources.properties.requests.additionalProperties.type }, message: "must be number,string", schema: schema11.properties.gateway.properties.agent.properties.resources.properties.requests.additionalProperties.type, parentSchema: schema11.properties.gateway.properties.agent.properties.resources.properties.requests.additionalProperties, data: data20 };
                    if (vErrors === null) {
                      vErrors = [err46];
                    } else {
                      vErrors.push(err46);
                    }
                    errors++;
                  }
                  if (typeof data20 == "number" && isFinite(data20)) {
                    if (data20 < 0 || isNaN(data20)) {
                      const err47 = { instancePath: instancePath + "/gateway/agent/resources/requests/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/agent/properties/resources/properties/requests/additionalProperties/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0", schema: 0, parentSchema: schema11.properties.gateway.properties.agent.properties.resources.properties.requests.additionalProperties, data: data20 };
                      if (vErrors === null) {
                        vErrors = [err47];
                      } else {
                        vErrors.push(err47);
                      }
                      errors++;
                    }
                  }
                  if (typeof data20 === "string") {
                    if (func3(data20) > 32) {
                      const err48 = { instancePath: instancePath + "/gateway/agent/resources/requests/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/agent/properties/resources/properties/requests/additionalProperties/maxLength", keyword: "maxLength", params: { limit: 32 }, message: "must NOT have more than 32 characters", schema: 32, parentSchema: schema11.properties.gateway.properties.agent.properties.resources.properties.requests.additionalProperties, data: data20 };
                      if (vErrors === null) {
                        vErrors = [err48];
                      } else {
                        vErrors.push(err48);
                      }
                      errors++;
                    }
                    if (!pattern3.test(data20)) {
                      const err49 = { instancePath: instancePath + "/gateway/agent/resources/requests/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/agent/properties/resources/properties/requests/additionalProperties/pattern", keyword: "pattern", params: { pattern: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$" }, message: 'must match pattern "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$"', schema: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", parentSchema: schema11.properties.gateway.properties.agent.properties.resources.properties.requests.additionalProperties, data: data20 };
                      if (vErrors === null) {
                        vErrors = [err49];
                      } else {
                        vErrors.push(err49);
                      }
                      errors++;
                    }
                  }
                }
              } else {
                const err50 = { instancePath: instancePath + "/gateway/agent/resources/requests", schemaPath: "#/properties/gateway/properties/agent/properties/resources/properties/requests/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.gateway.properties.agent.properties.resources.properties.requests.type, parentSchema: schema11.properties.gateway.properties.agent.properties.resources.properties.requests, data: data19 };
                if (vErrors === null) {
                  vErrors = [err50];
                } else {
                  vErrors.push(err50);
                }
                errors++;
              }
            }
            if (data18.limits !== void 0) {
              let data21 = data18.limits;
              if (data21 && typeof data21 == "object" && !Array.isArray(data21)) {
                if (Object.keys(data21).length > 16) {
                  const err51 = { instancePath: instancePath + "/gateway/agent/resources/limits", schemaPath: "#/properties/gateway/properties/agent/properties/resources/properties/limits/maxProperties", keyword: "maxProperties", params: { limit: 16 }, message: "must NOT have more than 16 properties", schema: 16, parentSchema: schema11.properties.gateway.properties.agent.properties.resources.properties.limits, data: data21 };
                  if (vErrors === null) {
                    vErrors = [err51];
                  } else {
                    vErrors.push(err51);
                  }
                  errors++;
                }
                for (const key10 in data21) {
                  let data22 = data21[key10];
                  if (!(typeof data22 == "number" && isFinite(data22)) && typeof data22 !== "string") {
                    const err52 = { instancePath: instancePath + "/gateway/agent/resources/limits/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/agent/properties/resources/properties/limits/additionalProperties/type", keyword: "type", params: { type: schema11.properties.gateway.properties.agent.properties.resources.properties.limits.additionalProperties.type }, message: "must be number,string", schema: schema11.properties.gateway.properties.agent.properties.resources.properties.limits.additionalProperties.type, parentSchema: schema11.properties.gateway.properties.agent.properties.resources.properties.limits.additionalProperties, data: data22 };
                    if (vErrors === null) {
                      vErrors = [err52];
                    } else {
                      vErrors.push(err52);
                    }
                    errors++;
                  }
                  if (typeof data22 == "number" && isFinite(data22)) {
                    if (data22 < 0 || isNaN(data22)) {
                      const err53 = { instancePath: instancePath + "/gateway/agent/resources/limits/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/agent/properties/resources/properties/limits/additionalProperties/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0", schema: 0, parentSchema: schema11.properties.gateway.properties.agent.properties.resources.properties.limits.additionalProperties, data: data22 };
                      if (vErrors === null) {
                        vErrors = [err53];
                      } else {
                        vErrors.push(err53);
                      }
                      errors++;
                    }
                  }
                  if (typeof data22 === "string") {
                    if (func3(data22) > 32) {
                      const err54 = { instancePath: instancePath + "/gateway/agent/resources/limits/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/agent/properties/resources/properties/limits/additionalProperties/maxLength", keyword: "maxLength", params: { limit: 32 }, message: "must NOT have more than 32 characters", schema: 32, parentSchema: schema11.properties.gateway.properties.agent.properties.resources.properties.limits.additionalProperties, data: data22 };
                      if (vErrors === null) {
                        vErrors = [err54];
                      } else {
                        vErrors.push(err54);
                      }
                      errors++;
                    }
                    if (!pattern3.test(data22)) {
                      const err55 = { instancePath: instancePath + "/gateway/agent/resources/limits/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/gateway/properties/agent/properties/resources/properties/limits/additionalProperties/pattern", keyword: "pattern", params: { pattern: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$" }, message: 'must match pattern "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$"', schema: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", parentSchema: schema11.properties.gateway.properties.agent.properties.resources.properties.limits.additionalProperties, data: data22 };
                      if (vErrors === null) {
                        vErrors = [err55];
                      } else {
                        vErrors.push(err55);
                      }
                      errors++;
                    }
                  }
                }
              } else {
                const err56 = { instancePath: instancePath + "/gateway/agent/resources/limits", schemaPath: "#/properties/gateway/properties/agent/properties/resources/properties/limits/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.gateway.properties.agent.properties.resources.properties.limits.type, parentSchema: schema11.properties.gateway.properties.agent.properties.resources.properties.limits, data: data21 };
                if (vErrors === null) {
                  vErrors = [err56];
                } else {
                  vErrors.push(err56);
                }
                errors++;
              }
            }
          } else {
            const err57 = { instancePath: instancePath + "/gateway/agent/resources", schemaPath: "#/properties/gateway/properties/agent/properties/resources/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.gateway.properties.agent.properties.resources.type, parentSchema: schema11.properties.gateway.properties.agent.properties.resources, data: data18 };
            if (vErrors === null) {
              vErrors = [err57];
            } else {
              vErrors.push(err57);
            }
            errors++;
          }
        }
      } else {
        const err58 = { instancePath: instancePath + "/gateway/agent", schemaPath: "#/properties/gateway/properties/agent/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.gateway.properties.agent.type, parentSchema: schema11.properties.gateway.properties.agent, data: data16 };
        if (vErrors === null) {
          vErrors = [err58];
        } else {
          vErrors.push(err58);
        }
        errors++;
      }
      let data23 = data7.stunServers;
      if (Array.isArray(data23)) {
        if (data23.length > 16) {
          const err59 = { instancePath: instancePath + "/gateway/stunServers", schemaPath: "#/properties/gateway/properties/stunServers/maxItems", keyword: "maxItems", params: { limit: 16 }, message: "must NOT have more than 16 items", schema: 16, parentSchema: schema11.properties.gateway.properties.stunServers, data: data23 };
          if (vErrors === null) {
            vErrors = [err59];
          } else {
            vErrors.push(err59);
          }
          errors++;
        }
        const len0 = data23.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data24 = data23[i0];
          if (typeof data24 === "string") {
            if (func3(data24) > 260) {
              const err60 = { instancePath: instancePath + "/gateway/stunServers/" + i0, schemaPath: "#/properties/gateway/properties/stunServers/items/maxLength", keyword: "maxLength", params: { limit: 260 }, message: "must NOT have more than 260 characters", schema: 260, parentSchema: schema11.properties.gateway.properties.stunServers.items, data: data24 };
              if (vErrors === null) {
                vErrors = [err60];
              } else {
                vErrors.push(err60);
              }
              errors++;
            }
            if (!pattern7.test(data24)) {
              const err61 = { instancePath: instancePath + "/gateway/stunServers/" + i0, schemaPath: "#/properties/gateway/properties/stunServers/items/pattern", keyword: "pattern", params: { pattern: "^([^:/\\s,]+|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$" }, message: 'must match pattern "^([^:/\\s,]+|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$"', schema: "^([^:/\\s,]+|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$", parentSchema: schema11.properties.gateway.properties.stunServers.items, data: data24 };
              if (vErrors === null) {
                vErrors = [err61];
              } else {
                vErrors.push(err61);
              }
              errors++;
            }
          } else {
            const err62 = { instancePath: instancePath + "/gateway/stunServers/" + i0, schemaPath: "#/properties/gateway/properties/stunServers/items/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.gateway.properties.stunServers.items.type, parentSchema: schema11.properties.gateway.properties.stunServers.items, data: data24 };
            if (vErrors === null) {
              vErrors = [err62];
            } else {
              vErrors.push(err62);
            }
            errors++;
          }
        }
      } else {
        const err63 = { instancePath: instancePath + "/gateway/stunServers", schemaPath: "#/properties/gateway/properties/stunServers/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema11.properties.gateway.properties.stunServers.type, parentSchema: schema11.properties.gateway.properties.stunServers, data: data23 };
        if (vErrors === null) {
          vErrors = [err63];
        } else {
          vErrors.push(err63);
        }
        errors++;
      }
      let data25 = data7.hostAliases;
      if (Array.isArray(data25)) {
        if (data25.length > 64) {
          const err64 = { instancePath: instancePath + "/gateway/hostAliases", schemaPath: "#/properties/gateway/properties/hostAliases/maxItems", keyword: "maxItems", params: { limit: 64 }, message: "must NOT have more than 64 items", schema: 64, parentSchema: schema11.properties.gateway.properties.hostAliases, data: data25 };
          if (vErrors === null) {
            vErrors = [err64];
          } else {
            vErrors.push(err64);
          }
          errors++;
        }
        const len1 = data25.length;
        for (let i1 = 0; i1 < len1; i1++) {
          let data26 = data25[i1];
          if (data26 && typeof data26 == "object" && !Array.isArray(data26)) {
            if (data26.ip === void 0) {
              const err65 = { instancePath: instancePath + "/gateway/hostAliases/" + i1, schemaPath: "#/properties/gateway/properties/hostAliases/items/required", keyword: "required", params: { missingProperty: "ip" }, message: "must have required property 'ip'", schema: schema11.properties.gateway.properties.hostAliases.items.required, parentSchema: schema11.properties.gateway.properties.hostAliases.items, data: data26 };
              if (vErrors === null) {
                vErrors = [err65];
              } else {
                vErrors.push(err65);
              }
              errors++;
            }
            if (data26.hostnames === void 0) {
              const err66 = { instancePath: instancePath + "/gateway/hostAliases/" + i1, schemaPath: "#/properties/gateway/properties/hostAliases/items/required", keyword: "required", params: { missingProperty: "hostnames" }, message: "must have required property 'hostnames'", schema: schema11.properties.gateway.properties.hostAliases.items.required, parentSchema: schema11.properties.gateway.properties.hostAliases.items, data: data26 };
              if (vErrors === null) {
                vErrors = [err66];
              } else {
                vErrors.push(err66);
              }
              errors++;
            }
            for (const key11 in data26) {
              if (!(key11 === "ip" || key11 === "hostnames")) {
                const err67 = { instancePath: instancePath + "/gateway/hostAliases/" + i1, schemaPath: "#/properties/gateway/properties/hostAliases/items/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key11 }, message: "must NOT have additional properties", schema: false, parentSchema: schema11.properties.gateway.properties.hostAliases.items, data: data26 };
                if (vErrors === null) {
                  vErrors = [err67];
                } else {
                  vErrors.push(err67);
                }
                errors++;
              }
            }
            if (data26.ip !== void 0) {
              let data27 = data26.ip;
              if (typeof data27 !== "string") {
                const err68 = { instancePath: instancePath + "/gateway/hostAliases/" + i1 + "/ip", schemaPath: "#/properties/gateway/properties/hostAliases/items/properties/ip/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.gateway.properties.hostAliases.items.properties.ip.type, parentSchema: schema11.properties.gateway.properties.hostAliases.items.properties.ip, data: data27 };
                if (vErrors === null) {
                  vErrors = [err68];
                } else {
                  vErrors.push(err68);
                }
                errors++;
              }
            }
            if (data26.hostnames !== void 0) {
              let data28 = data26.hostnames;
              if (Array.isArray(data28)) {
                if (data28.length < 1) {
                  const err69 = { instancePath: instancePath + "/gateway/hostAliases/" + i1 + "/hostnames", schemaPath: "#/properties/gateway/properties/hostAliases/items/properties/hostnames/minItems", keyword: "minItems", params: { limit: 1 }, message: "must NOT have fewer than 1 items", schema: 1, parentSchema: schema11.properties.gateway.properties.hostAliases.items.properties.hostnames, data: data28 };
                  if (vErrors === null) {
                    vErrors = [err69];
                  } else {
                    vErrors.push(err69);
                  }
                  errors++;
                }
                const len2 = data28.length;
                for (let i2 = 0; i2 < len2; i2++) {
                  let data29 = data28[i2];
                  if (typeof data29 !== "string") {
                    const err70 = { instancePath: instancePath + "/gateway/hostAliases/" + i1 + "/hostnames/" + i2, schemaPath: "#/properties/gateway/properties/hostAliases/items/properties/hostnames/items/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.gateway.properties.hostAliases.items.properties.hostnames.items.type, parentSchema: schema11.properties.gateway.properties.hostAliases.items.properties.hostnames.items, data: data29 };
                    if (vErrors === null) {
                      vErrors = [err70];
                    } else {
                      vErrors.push(err70);
                    }
                    errors++;
                  }
                }
              } else {
                const err71 = { instancePath: instancePath + "/gateway/hostAliases/" + i1 + "/hostnames", schemaPath: "#/properties/gateway/properties/hostAliases/items/properties/hostnames/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema11.properties.gateway.properties.hostAliases.items.properties.hostnames.type, parentSchema: schema11.properties.gateway.properties.hostAliases.items.properties.hostnames, data: data28 };
                if (vErrors === null) {
                  vErrors = [err71];
                } else {
                  vErrors.push(err71);
                }
                errors++;
              }
            }
          } else {
            const err72 = { instancePath: instancePath + "/gateway/hostAliases/" + i1, schemaPath: "#/properties/gateway/properties/hostAliases/items/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.gateway.properties.hostAliases.items.type, parentSchema: schema11.properties.gateway.properties.hostAliases.items, data: data26 };
            if (vErrors === null) {
              vErrors = [err72];
            } else {
              vErrors.push(err72);
            }
            errors++;
          }
        }
      } else {
        const err73 = { instancePath: instancePath + "/gateway/hostAliases", schemaPath: "#/properties/gateway/properties/hostAliases/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema11.properties.gateway.properties.hostAliases.type, parentSchema: schema11.properties.gateway.properties.hostAliases, data: data25 };
        if (vErrors === null) {
          vErrors = [err73];
        } else {
          vErrors.push(err73);
        }
        errors++;
      }
      if (data7.imagePullPolicy !== void 0) {
        let data30 = data7.imagePullPolicy;
        if (typeof data30 !== "string") {
          const err74 = { instancePath: instancePath + "/gateway/imagePullPolicy", schemaPath: "#/properties/gateway/properties/imagePullPolicy/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.gateway.properties.imagePullPolicy.type, parentSchema: schema11.properties.gateway.properties.imagePullPolicy, data: data30 };
          if (vErrors === null) {
            vErrors = [err74];
          } else {
            vErrors.push(err74);
          }
          errors++;
        }
        if (!(data30 === "Always" || data30 === "IfNotPresent" || data30 === "Never")) {
          const err75 = { instancePath: instancePath + "/gateway/imagePullPolicy", schemaPath: "#/properties/gateway/properties/imagePullPolicy/enum", keyword: "enum", params: { allowedValues: schema11.properties.gateway.properties.imagePullPolicy.enum }, message: "must be equal to one of the allowed values", schema: schema11.properties.gateway.properties.imagePullPolicy.enum, parentSchema: schema11.properties.gateway.properties.imagePullPolicy, data: data30 };
          if (vErrors === null) {
            vErrors = [err75];
          } else {
            vErrors.push(err75);
          }
          errors++;
        }
      }
    } else {
      const err76 = { instancePath: instancePath + "/gateway", schemaPath: "#/properties/gateway/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.gateway.type, parentSchema: schema11.properties.gateway, data: data7 };
      if (vErrors === null) {
        vErrors = [err76];
      } else {
        vErrors.push(err76);
      }
      errors++;
    }
    if (data.serviceAccountName !== void 0) {
      let data31 = data.serviceAccountName;
      if (typeof data31 === "string") {
        if (func3(data31) > 63) {
          const err77 = { instancePath: instancePath + "/serviceAccountName", schemaPath: "#/properties/serviceAccountName/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema11.properties.serviceAccountName, data: data31 };
          if (vErrors === null) {
            vErrors = [err77];
          } else {
            vErrors.push(err77);
          }
          errors++;
        }
        if (func3(data31) < 1) {
          const err78 = { instancePath: instancePath + "/serviceAccountName", schemaPath: "#/properties/serviceAccountName/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.serviceAccountName, data: data31 };
          if (vErrors === null) {
            vErrors = [err78];
          } else {
            vErrors.push(err78);
          }
          errors++;
        }
        if (!pattern2.test(data31)) {
          const err79 = { instancePath: instancePath + "/serviceAccountName", schemaPath: "#/properties/serviceAccountName/pattern", keyword: "pattern", params: { pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema11.properties.serviceAccountName, data: data31 };
          if (vErrors === null) {
            vErrors = [err79];
          } else {
            vErrors.push(err79);
          }
          errors++;
        }
      } else {
        const err80 = { instancePath: instancePath + "/serviceAccountName", schemaPath: "#/properties/serviceAccountName/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.serviceAccountName.type, parentSchema: schema11.properties.serviceAccountName, data: data31 };
        if (vErrors === null) {
          vErrors = [err80];
        } else {
          vErrors.push(err80);
        }
        errors++;
      }
    }
    let data32 = data.credentialsSecret;
    if (data32 && typeof data32 == "object" && !Array.isArray(data32)) {
      if (data32.name === void 0) {
        data32.name = "nexodus-credentials";
      }
      for (const key12 in data32) {
        if (!(key12 === "namespace" || key12 === "name")) {
          const err81 = { instancePath: instancePath + "/credentialsSecret", schemaPath: "#/properties/credentialsSecret/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key12 }, message: "must NOT have additional properties", schema: false, parentSchema: schema11.properties.credentialsSecret, data: data32 };
          if (vErrors === null) {
            vErrors = [err81];
          } else {
            vErrors.push(err81);
          }
          errors++;
        }
      }
      if (data32.namespace !== void 0) {
        let data33 = data32.namespace;
        if (typeof data33 === "string") {
          if (func3(data33) > 63) {
            const err82 = { instancePath: instancePath + "/credentialsSecret/namespace", schemaPath: "#/properties/credentialsSecret/properties/namespace/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema11.properties.credentialsSecret.properties.namespace, data: data33 };
            if (vErrors === null) {
              vErrors = [err82];
            } else {
              vErrors.push(err82);
            }
            errors++;
          }
          if (func3(data33) < 1) {
            const err83 = { instancePath: instancePath + "/credentialsSecret/namespace", schemaPath: "#/properties/credentialsSecret/properties/namespace/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.credentialsSecret.properties.namespace, data: data33 };
            if (vErrors === null) {
              vErrors = [err83];
            } else {
              vErrors.push(err83);
            }
            errors++;
          }
          if (!pattern2.test(data33)) {
            const err84 = { instancePath: instancePath + "/credentialsSecret/namespace", schemaPath: "#/properties/credentialsSecret/properties/namespace/pattern", keyword: "pattern", params: { pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema11.properties.credentialsSecret.properties.namespace, data: data33 };
            if (vErrors === null) {
              vErrors = [err84];
            } else {
              vErrors.push(err84);
            }
            errors++;
          }
        } else {
          const err85 = { instancePath: instancePath + "/credentialsSecret/namespace", schemaPath: "#/properties/credentialsSecret/properties/namespace/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.credentialsSecret.properties.namespace.type, parentSchema: schema11.properties.credentialsSecret.properties.namespace, data: data33 };
          if (vErrors === null) {
            vErrors = [err85];
          } else {
            vErrors.push(err85);
          }
          errors++;
        }
      }
      let data34 = data32.name;
      if (typeof data34 === "string") {
        if (func3(data34) > 253) {
          const err86 = { instancePath: instancePath + "/credentialsSecret/name", schemaPath: "#/properties/credentialsSecret/properties/name/maxLength", keyword: "maxLength", params: { limit: 253 }, message: "must NOT have more than 253 characters", schema: 253, parentSchema: schema11.properties.credentialsSecret.properties.name, data: data34 };
          if (vErrors === null) {
            vErrors = [err86];
          } else {
            vErrors.push(err86);
          }
          errors++;
        }
        if (func3(data34) < 1) {
          const err87 = { instancePath: instancePath + "/credentialsSecret/name", schemaPath: "#/properties/credentialsSecret/properties/name/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.credentialsSecret.properties.name, data: data34 };
          if (vErrors === null) {
            vErrors = [err87];
          } else {
            vErrors.push(err87);
          }
          errors++;
        }
      } else {
        const err88 = { instancePath: instancePath + "/credentialsSecret/name", schemaPath: "#/properties/credentialsSecret/properties/name/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.credentialsSecret.properties.name.type, parentSchema: schema11.properties.credentialsSecret.properties.name, data: data34 };
        if (vErrors === null) {
          vErrors = [err88];
        } else {
          vErrors.push(err88);
        }
        errors++;
      }
    } else {
      const err89 = { instancePath: instancePath + "/credentialsSecret", schemaPath: "#/properties/credentialsSecret/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.credentialsSecret.type, parentSchema: schema11.properties.credentialsSecret, data: data32 };
      if (vErrors === null) {
        vErrors = [err89];
      } else {
        vErrors.push(err89);
      }
      errors++;
    }
    let data35 = data.log;
    if (data35 && typeof data35 == "object" && !Array.isArray(data35)) {
      if (data35.level === void 0) {
        data35.level = "info";
      }
      if (data35.format === void 0) {
        data35.format = "json";
      }
      for (const key13 in data35) {
        if (!(key13 === "level" || key13 === "format")) {
          const err90 = { instancePath: instancePath + "/log", schemaPath: "#/properties/log/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key13 }, message: "must NOT have additional properties", schema: false, parentSchema: schema11.properties.log, data: data35 };
          if (vErrors === null) {
            vErrors = [err90];
          } else {
            vErrors.push(err90);
          }
          errors++;
        }
      }
      let data36 = data35.level;
      if (typeof data36 !== "string") {
        const err91 = { instancePath: instancePath + "/log/level", schemaPath: "#/properties/log/properties/level/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.log.properties.level.type, parentSchema: schema11.properties.log.properties.level, data: data36 };
        if (vErrors === null) {
          vErrors = [err91];
        } else {
          vErrors.push(err91);
        }
        errors++;
      }
      if (!(data36 === "debug" || data36 === "info" || data36 === "warn" || data36 === "error")) {
        const err92 = { instancePath: instancePath + "/log/level", schemaPath: "#/properties/log/properties/level/enum", keyword: "enum", params: { allowedValues: schema11.properties.log.properties.level.enum }, message: "must be equal to one of the allowed values", schema: schema11.properties.log.properties.level.enum, parentSchema: schema11.properties.log.properties.level, data: data36 };
        if (vErrors === null) {
          vErrors = [err92];
        } else {
          vErrors.push(err92);
        }
        errors++;
      }
      let data37 = data35.format;
      if (typeof data37 !== "string") {
        const err93 = { instancePath: instancePath + "/log/format", schemaPath: "#/properties/log/properties/format/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.log.properties.format.type, parentSchema: schema11.properties.log.properties.format, data: data37 };
        if (vErrors === null) {
          vErrors = [err93];
        } else {
          vErrors.push(err93);
        }
        errors++;
      }
      if (!(data37 === "json" || data37 === "text")) {
        const err94 = { instancePath: instancePath + "/log/format", schemaPath: "#/properties/log/properties/format/enum", keyword: "enum", params: { allowedValues: schema11.properties.log.properties.format.enum }, message: "must be equal to one of the allowed values", schema: schema11.properties.log.properties.format.enum, parentSchema: schema11.properties.log.properties.format, data: data37 };
        if (vErrors === null) {
          vErrors = [err94];
        } else {
          vErrors.push(err94);
        }
        errors++;
      }
    } else {
      const err95 = { instancePath: instancePath + "/log", schemaPath: "#/properties/log/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.log.type, parentSchema: schema11.properties.log, data: data35 };
      if (vErrors === null) {
        vErrors = [err95];
      } else {
        vErrors.push(err95);
      }
      errors++;
    }
    let data38 = data.metrics;
    if (data38 && typeof data38 == "object" && !Array.isArray(data38)) {
      if (data38.enabled === void 0) {
        data38.enabled = true;
      }
      if (data38.address === void 0) {
        data38.address = ":8080";
      }
      for (const key14 in data38) {
        if (!(key14 === "enabled" || key14 === "address")) {
          const err96 = { instancePath: instancePath + "/metrics", schemaPath: "#/properties/metrics/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key14 }, message: "must NOT have additional properties", schema: false, parentSchema: schema11.properties.metrics, data: data38 };
          if (vErrors === null) {
            vErrors = [err96];
          } else {
            vErrors.push(err96);
          }
          errors++;
        }
      }
      let data39 = data38.enabled;
      if (typeof data39 !== "boolean") {
        const err97 = { instancePath: instancePath + "/metrics/enabled", schemaPath: "#/properties/metrics/properties/enabled/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean", schema: schema11.properties.metrics.properties.enabled.type, parentSchema: schema11.properties.metrics.properties.enabled, data: data39 };
        if (vErrors === null) {
          vErrors = [err97];
        } else {
          vErrors.push(err97);
        }
        errors++;
      }
      let data40 = data38.address;
      if (typeof data40 === "string") {
        if (!pattern10.test(data40)) {
          const err98 = { instancePath: instancePath + "/metrics/address", schemaPath: "#/properties/metrics/properties/address/pattern", keyword: "pattern", params: { pattern: "^([^:/\\s]*|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$" }, message: 'must match pattern "^([^:/\\s]*|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$"', schema: "^([^:/\\s]*|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$", parentSchema: schema11.properties.metrics.properties.address, data: data40 };
          if (vErrors === null) {
            vErrors = [err98];
          } else {
            vErrors.push(err98);
          }
          errors++;
        }
      } else {
        const err99 = { instancePath: instancePath + "/metrics/address", schemaPath: "#/properties/metrics/properties/address/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.metrics.properties.address.type, parentSchema: schema11.properties.metrics.properties.address, data: data40 };
        if (vErrors === null) {
          vErrors = [err99];
        } else {
          vErrors.push(err99);
        }
        errors++;
      }
    } else {
      const err100 = { instancePath: instancePath + "/metrics", schemaPath: "#/properties/metrics/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.metrics.type, parentSchema: schema11.properties.metrics, data: data38 };
      if (vErrors === null) {
        vErrors = [err100];
      } else {
        vErrors.push(err100);
      }
      errors++;
    }
    let data41 = data.health;
    if (data41 && typeof data41 == "object" && !Array.isArray(data41)) {
      if (data41.address === void 0) {
        data41.address = ":8081";
      }
      for (const key15 in data41) {
        if (!(key15 === "address")) {
          const err101 = { instancePath: instancePath + "/health", schemaPath: "#/properties/health/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key15 }, message: "must NOT have additional properties", schema: false, parentSchema: schema11.properties.health, data: data41 };
          if (vErrors === null) {
            vErrors = [err101];
          } else {
            vErrors.push(err101);
          }
          errors++;
        }
      }
      let data42 = data41.address;
      if (typeof data42 === "string") {
        if (!pattern10.test(data42)) {
          const err102 = { instancePath: instancePath + "/health/address", schemaPath: "#/properties/health/properties/address/pattern", keyword: "pattern", params: { pattern: "^([^:/\\s]*|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$" }, message: 'must match pattern "^([^:/\\s]*|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$"', schema: "^([^:/\\s]*|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$", parentSchema: schema11.properties.health.properties.address, data: data42 };
          if (vErrors === null) {
            vErrors = [err102];
          } else {
            vErrors.push(err102);
          }
          errors++;
        }
      } else {
        const err103 = { instancePath: instancePath + "/health/address", schemaPath: "#/properties/health/properties/address/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.health.properties.address.type, parentSchema: schema11.properties.health.properties.address, data: data42 };
        if (vErrors === null) {
          vErrors = [err103];
        } else {
          vErrors.push(err103);
        }
        errors++;
      }
    } else {
      const err104 = { instancePath: instancePath + "/health", schemaPath: "#/properties/health/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.health.type, parentSchema: schema11.properties.health, data: data41 };
      if (vErrors === null) {
        vErrors = [err104];
      } else {
        vErrors.push(err104);
      }
      errors++;
    }
    let data43 = data.leaderElection;
    if (data43 && typeof data43 == "object" && !Array.isArray(data43)) {
      if (data43.enabled === void 0) {
        data43.enabled = true;
      }
      if (data43.leaseName === void 0) {
        data43.leaseName = "nexlink-controller";
      }
      for (const key16 in data43) {
        if (!(key16 === "enabled" || key16 === "leaseName")) {
          const err105 = { instancePath: instancePath + "/leaderElection", schemaPath: "#/properties/leaderElection/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key16 }, message: "must NOT have additional properties", schema: false, parentSchema: schema11.properties.leaderElection, data: data43 };
          if (vErrors === null) {
            vErrors = [err105];
          } else {
            vErrors.push(err105);
          }
          errors++;
        }
      }
      let data44 = data43.enabled;
      if (typeof data44 !== "boolean") {
        const err106 = { instancePath: instancePath + "/leaderElection/enabled", schemaPath: "#/properties/leaderElection/properties/enabled/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean", schema: schema11.properties.leaderElection.properties.enabled.type, parentSchema: schema11.properties.leaderElection.properties.enabled, data: data44 };
        if (vErrors === null) {
          vErrors = [err106];
        } else {
          vErrors.push(err106);
        }
        errors++;
      }
      let data45 = data43.leaseName;
      if (typeof data45 === "string") {
        if (func3(data45) > 63) {
          const err107 = { instancePath: instancePath + "/leaderElection/leaseName", schemaPath: "#/properties/leaderElection/properties/leaseName/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema11.properties.leaderElection.properties.leaseName, data: data45 };
          if (vErrors === null) {
            vErrors = [err107];
          } else {
            vErrors.push(err107);
          }
          errors++;
        }
        if (func3(data45) < 1) {
          const err108 = { instancePath: instancePath + "/leaderElection/leaseName", schemaPath: "#/properties/leaderElection/properties/leaseName/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.leaderElection.properties.leaseName, data: data45 };
          if (vErrors === null) {
            vErrors = [err108];
          } else {
            vErrors.push(err108);
          }
          errors++;
        }
        if (!pattern12.test(data45)) {
          const err109 = { instancePath: instancePath + "/leaderElection/leaseName", schemaPath: "#/properties/leaderElection/properties/leaseName/pattern", keyword: "pattern", params: { pattern: "^[a-z]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema11.properties.leaderElection.properties.leaseName, data: data45 };
          if (vErrors === null) {
            vErrors = [err109];
          } else {
            vErrors.push(err109);
          }
          errors++;
        }
      } else {
        const err110 = { instancePath: instancePath + "/leaderElection/leaseName", schemaPath: "#/properties/leaderElection/properties/leaseName/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.leaderElection.properties.leaseName.type, parentSchema: schema11.properties.leaderElection.properties.leaseName, data: data45 };
        if (vErrors === null) {
          vErrors = [err110];
        } else {
          vErrors.push(err110);
        }
        errors++;
      }
    } else {
      const err111 = { instancePath: instancePath + "/leaderElection", schemaPath: "#/properties/leaderElection/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.leaderElection.type, parentSchema: schema11.properties.leaderElection, data: data43 };
      if (vErrors === null) {
        vErrors = [err111];
      } else {
        vErrors.push(err111);
      }
      errors++;
    }
  } else {
    const err112 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.type, parentSchema: schema11, data };
    if (vErrors === null) {
      vErrors = [err112];
    } else {
      vErrors.push(err112);
    }
    errors++;
  }
  validate10.errors = vErrors;
  return errors === 0;
}
export {
  settings
};
