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
var NexlinkExport = validate10;
var schema11 = { "type": "object", "properties": { "apiVersion": { "type": "string", "enum": ["nexlink.nexodus.io/v1alpha1"] }, "kind": { "type": "string", "enum": ["NexlinkExport"] }, "metadata": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string", "minLength": 1 } } }, "spec": { "type": "object", "properties": { "service": { "type": "string", "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$", "minLength": 1, "maxLength": 63, "patternMessage": "not a Service's name: write lower-case letters, digits and '-', a letter first and no '-' last" }, "target": { "type": "object", "required": ["address"], "properties": { "address": { "type": "string", "minLength": 1, "maxLength": 253 } } }, "name": { "type": "string", "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$", "minLength": 1, "maxLength": 63, "patternMessage": "not a Service's name: write lower-case letters, digits and '-', a letter first and no '-' last" }, "realm": { "type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "minLength": 1, "maxLength": 63, "patternMessage": "not a DNS label: write lower-case letters, digits and '-', with a letter or digit at both ends" }, "ports": { "type": "array", "minItems": 1, "maxItems": 100, "items": { "type": "object", "required": ["port"], "properties": { "name": { "type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "minLength": 1, "maxLength": 63, "patternMessage": "not a DNS label: write lower-case letters, digits and '-', with a letter or digit at both ends" }, "port": { "type": "integer", "minimum": 1, "maximum": 65535 }, "targetPort": { "maxLength": 63, "type": ["integer", "string"] }, "protocol": { "type": "string", "enum": ["TCP", "UDP"] }, "appProtocol": { "type": "string", "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", "minLength": 1, "maxLength": 317, "patternMessage": "not an application protocol: write a name such as http, of at most 63 letters, digits, '-', '_' and '.', after a DNS name and '/' if need be" } } } }, "gateway": { "type": "string", "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$", "minLength": 1, "maxLength": 40, "patternMessage": "not a gateway's name: write lower-case letters, digits and '-', a letter first and no '-' last" }, "tunnelIP": { "type": "string", "maxLength": 15 } } } }, "required": ["apiVersion", "kind", "metadata"] };
var func2 = require_ucs2length().default;
var pattern0 = new RegExp("^[a-z]([-a-z0-9]*[a-z0-9])?$", "u");
var pattern2 = new RegExp("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "u");
var pattern4 = new RegExp("^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", "u");
function validate10(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.apiVersion === void 0) {
      const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "apiVersion" }, message: "must have required property 'apiVersion'", schema: schema11.required, parentSchema: schema11, data };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.kind === void 0) {
      const err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "kind" }, message: "must have required property 'kind'", schema: schema11.required, parentSchema: schema11, data };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    if (data.metadata === void 0) {
      const err2 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "metadata" }, message: "must have required property 'metadata'", schema: schema11.required, parentSchema: schema11, data };
      if (vErrors === null) {
        vErrors = [err2];
      } else {
        vErrors.push(err2);
      }
      errors++;
    }
    if (data.apiVersion !== void 0) {
      let data0 = data.apiVersion;
      if (typeof data0 !== "string") {
        const err3 = { instancePath: instancePath + "/apiVersion", schemaPath: "#/properties/apiVersion/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.apiVersion.type, parentSchema: schema11.properties.apiVersion, data: data0 };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
      if (!(data0 === "nexlink.nexodus.io/v1alpha1")) {
        const err4 = { instancePath: instancePath + "/apiVersion", schemaPath: "#/properties/apiVersion/enum", keyword: "enum", params: { allowedValues: schema11.properties.apiVersion.enum }, message: "must be equal to one of the allowed values", schema: schema11.properties.apiVersion.enum, parentSchema: schema11.properties.apiVersion, data: data0 };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
    }
    if (data.kind !== void 0) {
      let data1 = data.kind;
      if (typeof data1 !== "string") {
        const err5 = { instancePath: instancePath + "/kind", schemaPath: "#/properties/kind/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.kind.type, parentSchema: schema11.properties.kind, data: data1 };
        if (vErrors === null) {
          vErrors = [err5];
        } else {
          vErrors.push(err5);
        }
        errors++;
      }
      if (!(data1 === "NexlinkExport")) {
        const err6 = { instancePath: instancePath + "/kind", schemaPath: "#/properties/kind/enum", keyword: "enum", params: { allowedValues: schema11.properties.kind.enum }, message: "must be equal to one of the allowed values", schema: schema11.properties.kind.enum, parentSchema: schema11.properties.kind, data: data1 };
        if (vErrors === null) {
          vErrors = [err6];
        } else {
          vErrors.push(err6);
        }
        errors++;
      }
    }
    if (data.metadata !== void 0) {
      let data2 = data.metadata;
      if (data2 && typeof data2 == "object" && !Array.isArray(data2)) {
        if (data2.name === void 0) {
          const err7 = { instancePath: instancePath + "/metadata", schemaPath: "#/properties/metadata/required", keyword: "required", params: { missingProperty: "name" }, message: "must have required property 'name'", schema: schema11.properties.metadata.required, parentSchema: schema11.properties.metadata, data: data2 };
          if (vErrors === null) {
            vErrors = [err7];
          } else {
            vErrors.push(err7);
          }
          errors++;
        }
        if (data2.name !== void 0) {
          let data3 = data2.name;
          if (typeof data3 === "string") {
            if (func2(data3) < 1) {
              const err8 = { instancePath: instancePath + "/metadata/name", schemaPath: "#/properties/metadata/properties/name/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.metadata.properties.name, data: data3 };
              if (vErrors === null) {
                vErrors = [err8];
              } else {
                vErrors.push(err8);
              }
              errors++;
            }
          } else {
            const err9 = { instancePath: instancePath + "/metadata/name", schemaPath: "#/properties/metadata/properties/name/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.metadata.properties.name.type, parentSchema: schema11.properties.metadata.properties.name, data: data3 };
            if (vErrors === null) {
              vErrors = [err9];
            } else {
              vErrors.push(err9);
            }
            errors++;
          }
        }
      } else {
        const err10 = { instancePath: instancePath + "/metadata", schemaPath: "#/properties/metadata/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.metadata.type, parentSchema: schema11.properties.metadata, data: data2 };
        if (vErrors === null) {
          vErrors = [err10];
        } else {
          vErrors.push(err10);
        }
        errors++;
      }
    }
    if (data.spec !== void 0) {
      let data4 = data.spec;
      if (data4 && typeof data4 == "object" && !Array.isArray(data4)) {
        if (data4.service !== void 0) {
          let data5 = data4.service;
          if (typeof data5 === "string") {
            if (func2(data5) > 63) {
              const err11 = { instancePath: instancePath + "/spec/service", schemaPath: "#/properties/spec/properties/service/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema11.properties.spec.properties.service, data: data5 };
              if (vErrors === null) {
                vErrors = [err11];
              } else {
                vErrors.push(err11);
              }
              errors++;
            }
            if (func2(data5) < 1) {
              const err12 = { instancePath: instancePath + "/spec/service", schemaPath: "#/properties/spec/properties/service/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.spec.properties.service, data: data5 };
              if (vErrors === null) {
                vErrors = [err12];
              } else {
                vErrors.push(err12);
              }
              errors++;
            }
            if (!pattern0.test(data5)) {
              const err13 = { instancePath: instancePath + "/spec/service", schemaPath: "#/properties/spec/properties/service/pattern", keyword: "pattern", params: { pattern: "^[a-z]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema11.properties.spec.properties.service, data: data5 };
              if (vErrors === null) {
                vErrors = [err13];
              } else {
                vErrors.push(err13);
              }
              errors++;
            }
          } else {
            const err14 = { instancePath: instancePath + "/spec/service", schemaPath: "#/properties/spec/properties/service/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.spec.properties.service.type, parentSchema: schema11.properties.spec.properties.service, data: data5 };
            if (vErrors === null) {
              vErrors = [err14];
            } else {
              vErrors.push(err14);
            }
            errors++;
          }
        }
        if (data4.target !== void 0) {
          let data6 = data4.target;
          if (data6 && typeof data6 == "object" && !Array.isArray(data6)) {
            if (data6.address === void 0) {
              const err15 = { instancePath: instancePath + "/spec/target", schemaPath: "#/properties/spec/properties/target/required", keyword: "required", params: { missingProperty: "address" }, message: "must have required property 'address'", schema: schema11.properties.spec.properties.target.required, parentSchema: schema11.properties.spec.properties.target, data: data6 };
              if (vErrors === null) {
                vErrors = [err15];
              } else {
                vErrors.push(err15);
              }
              errors++;
            }
            if (data6.address !== void 0) {
              let data7 = data6.address;
              if (typeof data7 === "string") {
                if (func2(data7) > 253) {
                  const err16 = { instancePath: instancePath + "/spec/target/address", schemaPath: "#/properties/spec/properties/target/properties/address/maxLength", keyword: "maxLength", params: { limit: 253 }, message: "must NOT have more than 253 characters", schema: 253, parentSchema: schema11.properties.spec.properties.target.properties.address, data: data7 };
                  if (vErrors === null) {
                    vErrors = [err16];
                  } else {
                    vErrors.push(err16);
                  }
                  errors++;
                }
                if (func2(data7) < 1) {
                  const err17 = { instancePath: instancePath + "/spec/target/address", schemaPath: "#/properties/spec/properties/target/properties/address/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.spec.properties.target.properties.address, data: data7 };
                  if (vErrors === null) {
                    vErrors = [err17];
                  } else {
                    vErrors.push(err17);
                  }
                  errors++;
                }
              } else {
                const err18 = { instancePath: instancePath + "/spec/target/address", schemaPath: "#/properties/spec/properties/target/properties/address/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.spec.properties.target.properties.address.type, parentSchema: schema11.properties.spec.properties.target.properties.address, data: data7 };
                if (vErrors === null) {
                  vErrors = [err18];
                } else {
                  vErrors.push(err18);
                }
                errors++;
              }
            }
          } else {
            const err19 = { instancePath: instancePath + "/spec/target", schemaPath: "#/properties/spec/properties/target/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.spec.properties.target.type, parentSchema: schema11.properties.spec.properties.target, data: data6 };
            if (vErrors === null) {
              vErrors = [err19];
            } else {
              vErrors.push(err19);
            }
            errors++;
          }
        }
        if (data4.name !== void 0) {
          let data8 = data4.name;
          if (typeof data8 === "string") {
            if (func2(data8) > 63) {
              const err20 = { instancePath: instancePath + "/spec/name", schemaPath: "#/properties/spec/properties/name/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema11.properties.spec.properties.name, data: data8 };
              if (vErrors === null) {
                vErrors = [err20];
              } else {
                vErrors.push(err20);
              }
              errors++;
            }
            if (func2(data8) < 1) {
              const err21 = { instancePath: instancePath + "/spec/name", schemaPath: "#/properties/spec/properties/name/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.spec.properties.name, data: data8 };
              if (vErrors === null) {
                vErrors = [err21];
              } else {
                vErrors.push(err21);
              }
              errors++;
            }
            if (!pattern0.test(data8)) {
              const err22 = { instancePath: instancePath + "/spec/name", schemaPath: "#/properties/spec/properties/name/pattern", keyword: "pattern", params: { pattern: "^[a-z]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema11.properties.spec.properties.name, data: data8 };
              if (vErrors === null) {
                vErrors = [err22];
              } else {
                vErrors.push(err22);
              }
              errors++;
            }
          } else {
            const err23 = { instancePath: instancePath + "/spec/name", schemaPath: "#/properties/spec/properties/name/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.spec.properties.name.type, parentSchema: schema11.properties.spec.properties.name, data: data8 };
            if (vErrors === null) {
              vErrors = [err23];
            } else {
              vErrors.push(err23);
            }
            errors++;
          }
        }
        if (data4.realm !== void 0) {
          let data9 = data4.realm;
          if (typeof data9 === "string") {
            if (func2(data9) > 63) {
              const err24 = { instancePath: instancePath + "/spec/realm", schemaPath: "#/properties/spec/properties/realm/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema11.properties.spec.properties.realm, data: data9 };
              if (vErrors === null) {
                vErrors = [err24];
              } else {
                vErrors.push(err24);
              }
              errors++;
            }
            if (func2(data9) < 1) {
              const err25 = { instancePath: instancePath + "/spec/realm", schemaPath: "#/properties/spec/properties/realm/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.spec.properties.realm, data: data9 };
              if (vErrors === null) {
                vErrors = [err25];
              } else {
                vErrors.push(err25);
              }
              errors++;
            }
            if (!pattern2.test(data9)) {
              const err26 = { instancePath: instancePath + "/spec/realm", schemaPath: "#/properties/spec/properties/realm/pattern", keyword: "pattern", params: { pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema11.properties.spec.properties.realm, data: data9 };
              if (vErrors === null) {
                vErrors = [err26];
              } else {
                vErrors.push(err26);
              }
              errors++;
            }
          } else {
            const err27 = { instancePath: instancePath + "/spec/realm", schemaPath: "#/properties/spec/properties/realm/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.spec.properties.realm.type, parentSchema: schema11.properties.spec.properties.realm, data: data9 };
            if (vErrors === null) {
              vErrors = [err27];
            } else {
              vErrors.push(err27);
            }
            errors++;
          }
        }
        if (data4.ports !== void 0) {
          let data10 = data4.ports;
          if (Array.isArray(data10)) {
            if (data10.length > 100) {
              const err28 = { instancePath: instancePath + "/spec/ports", schemaPath: "#/properties/spec/properties/ports/maxItems", keyword: "maxItems", params: { limit: 100 }, message: "must NOT have more than 100 items", schema: 100, parentSchema: schema11.properties.spec.properties.ports, data: data10 };
              if (vErrors === null) {
                vErrors = [err28];
              } else {
                vErrors.push(err28);
              }
              errors++;
            }
            if (data10.length < 1) {
              const err29 = { instancePath: instancePath + "/spec/ports", schemaPath: "#/properties/spec/properties/ports/minItems", keyword: "minItems", params: { limit: 1 }, message: "must NOT have fewer than 1 items", schema: 1, parentSchema: schema11.properties.spec.properties.ports, data: data10 };
              if (vErrors === null) {
                vErrors = [err29];
              } else {
                vErrors.push(err29);
              }
              errors++;
            }
            const len0 = data10.length;
            for (let i0 = 0; i0 < len0; i0++) {
              let data11 = data10[i0];
              if (data11 && typeof data11 == "object" && !Array.isArray(data11)) {
                if (data11.port === void 0) {
                  const err30 = { instancePath: instancePath + "/spec/ports/" + i0, schemaPath: "#/properties/spec/properties/ports/items/required", keyword: "required", params: { missingProperty: "port" }, message: "must have required property 'port'", schema: schema11.properties.spec.properties.ports.items.required, parentSchema: schema11.properties.spec.properties.ports.items, data: data11 };
                  if (vErrors === null) {
                    vErrors = [err30];
                  } else {
                    vErrors.push(err30);
                  }
                  errors++;
                }
                if (data11.name !== void 0) {
                  let data12 = data11.name;
                  if (typeof data12 === "string") {
                    if (func2(data12) > 63) {
                      const err31 = { instancePath: instancePath + "/spec/ports/" + i0 + "/name", schemaPath: "#/properties/spec/properties/ports/items/properties/name/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema11.properties.spec.properties.ports.items.properties.name, data: data12 };
                      if (vErrors === null) {
                        vErrors = [err31];
                      } else {
                        vErrors.push(err31);
                      }
                      errors++;
                    }
                    if (func2(data12) < 1) {
                      const err32 = { instancePath: instancePath + "/spec/ports/" + i0 + "/name", schemaPath: "#/properties/spec/properties/ports/items/properties/name/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.spec.properties.ports.items.properties.name, data: data12 };
                      if (vErrors === null) {
                        vErrors = [err32];
                      } else {
                        vErrors.push(err32);
                      }
                      errors++;
                    }
                    if (!pattern2.test(data12)) {
                      const err33 = { instancePath: instancePath + "/spec/ports/" + i0 + "/name", schemaPath: "#/properties/spec/properties/ports/items/properties/name/pattern", keyword: "pattern", params: { pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema11.properties.spec.properties.ports.items.properties.name, data: data12 };
                      if (vErrors === null) {
                        vErrors = [err33];
                      } else {
                        vErrors.push(err33);
                      }
                      errors++;
                    }
                  } else {
                    const err34 = { instancePath: instancePath + "/spec/ports/" + i0 + "/name", schemaPath: "#/properties/spec/properties/ports/items/properties/name/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.spec.properties.ports.items.properties.name.type, parentSchema: schema11.properties.spec.properties.ports.items.properties.name, data: data12 };
                    if (vErrors === null) {
                      vErrors = [err34];
                    } else {
                      vErrors.push(err34);
                    }
                    errors++;
                  }
                }
                if (data11.port !== void 0) {
                  let data13 = data11.port;
                  if (!(typeof data13 == "number" && (!(data13 % 1) && !isNaN(data13)) && isFinite(data13))) {
                    const err35 = { instancePath: instancePath + "/spec/ports/" + i0 + "/port", schemaPath: "#/properties/spec/properties/ports/items/properties/port/type", keyword: "type", params: { type: "integer" }, message: "must be integer", schema: schema11.properties.spec.properties.ports.items.properties.port.type, parentSchema: schema11.properties.spec.properties.ports.items.properties.port, data: data13 };
                    if (vErrors === null) {
                      vErrors = [err35];
                    } else {
                      vErrors.push(err35);
                    }
                    errors++;
                  }
                  if (typeof data13 == "number" && isFinite(data13)) {
                    if (data13 > 65535 || isNaN(data13)) {
                      const err36 = { instancePath: instancePath + "/spec/ports/" + i0 + "/port", schemaPath: "#/properties/spec/properties/ports/items/properties/port/maximum", keyword: "maximum", params: { comparison: "<=", limit: 65535 }, message: "must be <= 65535", schema: 65535, parentSchema: schema11.properties.spec.properties.ports.items.properties.port, data: data13 };
                      if (vErrors === null) {
                        vErrors = [err36];
                      } else {
                        vErrors.push(err36);
                      }
                      errors++;
                    }
                    if (data13 < 1 || isNaN(data13)) {
                      const err37 = { instancePath: instancePath + "/spec/ports/" + i0 + "/port", schemaPath: "#/properties/spec/properties/ports/items/properties/port/minimum", keyword: "minimum", params: { comparison: ">=", limit: 1 }, message: "must be >= 1", schema: 1, parentSchema: schema11.properties.spec.properties.ports.items.properties.port, data: data13 };
                      if (vErrors === null) {
                        vErrors = [err37];
                      } else {
                        vErrors.push(err37);
                      }
                      errors++;
                    }
                  }
                }
                if (data11.targetPort !== void 0) {
                  let data14 = data11.targetPort;
                  if (!(typeof data14 == "number" && (!(data14 % 1) && !isNaN(data14)) && isFinite(data14)) && typeof data14 !== "string") {
                    const err38 = { instancePath: instancePath + "/spec/ports/" + i0 + "/targetPort", schemaPath: "#/properties/spec/properties/ports/items/properties/targetPort/type", keyword: "type", params: { type: schema11.properties.spec.properties.ports.items.properties.targetPort.type }, message: "must be integer,string", schema: schema11.properties.spec.properties.ports.items.properties.targetPort.type, parentSchema: schema11.properties.spec.properties.ports.items.properties.targetPort, data: data14 };
                    if (vErrors === null) {
                      vErrors = [err38];
                    } else {
                      vErrors.push(err38);
                    }
                    errors++;
                  }
                  if (typeof data14 === "string") {
                    if (func2(data14) > 63) {
                      const err39 = { instancePath: instancePath + "/spec/ports/" + i0 + "/targetPort", schemaPath: "#/properties/spec/properties/ports/items/properties/targetPort/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema11.properties.spec.properties.ports.items.properties.targetPort, data: data14 };
                      if (vErrors === null) {
                        vErrors = [err39];
                      } else {
                        vErrors.push(err39);
                      }
                      errors++;
                    }
                  }
                }
                if (data11.protocol !== void 0) {
                  let data15 = data11.protocol;
                  if (typeof data15 !== "string") {
                    const err40 = { instancePath: instancePath + "/spec/ports/" + i0 + "/protocol", schemaPath: "#/properties/spec/properties/ports/items/properties/protocol/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.spec.properties.ports.items.properties.protocol.type, parentSchema: schema11.properties.spec.properties.ports.items.properties.protocol, data: data15 };
                    if (vErrors === null) {
                      vErrors = [err40];
                    } else {
                      vErrors.push(err40);
                    }
                    errors++;
                  }
                  if (!(data15 === "TCP" || data15 === "UDP")) {
                    const err41 = { instancePath: instancePath + "/spec/ports/" + i0 + "/protocol", schemaPath: "#/properties/spec/properties/ports/items/properties/protocol/enum", keyword: "enum", params: { allowedValues: schema11.properties.spec.properties.ports.items.properties.protocol.enum }, message: "must be equal to one of the allowed values", schema: schema11.properties.spec.properties.ports.items.properties.protocol.enum, parentSchema: schema11.properties.spec.properties.ports.items.properties.protocol, data: data15 };
                    if (vErrors === null) {
                      vErrors = [err41];
                    } else {
                      vErrors.push(err41);
                    }
                    errors++;
                  }
                }
                if (data11.appProtocol !== void 0) {
                  let data16 = data11.appProtocol;
                  if (typeof data16 === "string") {
                    if (func2(data16) > 317) {
                      const err42 = { instancePath: instancePath + "/spec/ports/" + i0 + "/appProtocol", schemaPath: "#/properties/spec/properties/ports/items/properties/appProtocol/maxLength", keyword: "maxLength", params: { limit: 317 }, message: "must NOT have more than 317 characters", schema: 317, parentSchema: schema11.properties.spec.properties.ports.items.properties.appProtocol, data: data16 };
                      if (vErrors === null) {
                        vErrors = [err42];
                      } else {
                        vErrors.push(err42);
                      }
                      errors++;
                    }
                    if (func2(data16) < 1) {
                      const err43 = { instancePath: instancePath + "/spec/ports/" + i0 + "/appProtocol", schemaPath: "#/properties/spec/properties/ports/items/properties/appProtocol/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.spec.properties.ports.items.properties.appProtocol, data: data16 };
                      if (vErrors === null) {
                        vErrors = [err43];
                      } else {
                        vErrors.push(err43);
                      }
                      errors++;
                    }
                    if (!pattern4.test(data16)) {
                      const err44 = { instancePath: instancePath + "/spec/ports/" + i0 + "/appProtocol", schemaPath: "#/properties/spec/properties/ports/items/properties/appProtocol/pattern", keyword: "pattern", params: { pattern: "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$" }, message: 'must match pattern "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"', schema: "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", parentSchema: schema11.properties.spec.properties.ports.items.properties.appProtocol, data: data16 };
                      if (vErrors === null) {
                        vErrors = [err44];
                      } else {
                        vErrors.push(err44);
                      }
                      errors++;
                    }
                  } else {
                    const err45 = { instancePath: instancePath + "/spec/ports/" + i0 + "/appProtocol", schemaPath: "#/properties/spec/properties/ports/items/properties/appProtocol/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.spec.properties.ports.items.properties.appProtocol.type, parentSchema: schema11.properties.spec.properties.ports.items.properties.appProtocol, data: data16 };
                    if (vErrors === null) {
                      vErrors = [err45];
                    } else {
                      vErrors.push(err45);
                    }
                    errors++;
                  }
                }
              } else {
                const err46 = { instancePath: instancePath + "/spec/ports/" + i0, schemaPath: "#/properties/spec/properties/ports/items/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.spec.properties.ports.items.type, parentSchema: schema11.properties.spec.properties.ports.items, data: data11 };
                if (vErrors === null) {
                  vErrors = [err46];
                } else {
                  vErrors.push(err46);
                }
                errors++;
              }
            }
          } else {
            const err47 = { instancePath: instancePath + "/spec/ports", schemaPath: "#/properties/spec/properties/ports/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema11.properties.spec.properties.ports.type, parentSchema: schema11.properties.spec.properties.ports, data: data10 };
            if (vErrors === null) {
              vErrors = [err47];
            } else {
              vErrors.push(err47);
            }
            errors++;
          }
        }
        if (data4.gateway !== void 0) {
          let data17 = data4.gateway;
          if (typeof data17 === "string") {
            if (func2(data17) > 40) {
              const err48 = { instancePath: instancePath + "/spec/gateway", schemaPath: "#/properties/spec/properties/gateway/maxLength", keyword: "maxLength", params: { limit: 40 }, message: "must NOT have more than 40 characters", schema: 40, parentSchema: schema11.properties.spec.properties.gateway, data: data17 };
              if (vErrors === null) {
                vErrors = [err48];
              } else {
                vErrors.push(err48);
              }
              errors++;
            }
            if (func2(data17) < 1) {
              const err49 = { instancePath: instancePath + "/spec/gateway", schemaPath: "#/properties/spec/properties/gateway/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema11.properties.spec.properties.gateway, data: data17 };
              if (vErrors === null) {
                vErrors = [err49];
              } else {
                vErrors.push(err49);
              }
              errors++;
            }
            if (!pattern0.test(data17)) {
              const err50 = { instancePath: instancePath + "/spec/gateway", schemaPath: "#/properties/spec/properties/gateway/pattern", keyword: "pattern", params: { pattern: "^[a-z]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema11.properties.spec.properties.gateway, data: data17 };
              if (vErrors === null) {
                vErrors = [err50];
              } else {
                vErrors.push(err50);
              }
              errors++;
            }
          } else {
            const err51 = { instancePath: instancePath + "/spec/gateway", schemaPath: "#/properties/spec/properties/gateway/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.spec.properties.gateway.type, parentSchema: schema11.properties.spec.properties.gateway, data: data17 };
            if (vErrors === null) {
              vErrors = [err51];
            } else {
              vErrors.push(err51);
            }
            errors++;
          }
        }
        if (data4.tunnelIP !== void 0) {
          let data18 = data4.tunnelIP;
          if (typeof data18 === "string") {
            if (func2(data18) > 15) {
              const err52 = { instancePath: instancePath + "/spec/tunnelIP", schemaPath: "#/properties/spec/properties/tunnelIP/maxLength", keyword: "maxLength", params: { limit: 15 }, message: "must NOT have more than 15 characters", schema: 15, parentSchema: schema11.properties.spec.properties.tunnelIP, data: data18 };
              if (vErrors === null) {
                vErrors = [err52];
              } else {
                vErrors.push(err52);
              }
              errors++;
            }
          } else {
            const err53 = { instancePath: instancePath + "/spec/tunnelIP", schemaPath: "#/properties/spec/properties/tunnelIP/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema11.properties.spec.properties.tunnelIP.type, parentSchema: schema11.properties.spec.properties.tunnelIP, data: data18 };
            if (vErrors === null) {
              vErrors = [err53];
            } else {
              vErrors.push(err53);
            }
            errors++;
          }
        }
      } else {
        const err54 = { instancePath: instancePath + "/spec", schemaPath: "#/properties/spec/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.properties.spec.type, parentSchema: schema11.properties.spec, data: data4 };
        if (vErrors === null) {
          vErrors = [err54];
        } else {
          vErrors.push(err54);
        }
        errors++;
      }
    }
  } else {
    const err55 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema11.type, parentSchema: schema11, data };
    if (vErrors === null) {
      vErrors = [err55];
    } else {
      vErrors.push(err55);
    }
    errors++;
  }
  validate10.errors = vErrors;
  return errors === 0;
}
var NexlinkImport = validate11;
var schema12 = { "type": "object", "properties": { "apiVersion": { "type": "string", "enum": ["nexlink.nexodus.io/v1alpha1"] }, "kind": { "type": "string", "enum": ["NexlinkImport"] }, "metadata": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string", "minLength": 1 } } }, "spec": { "type": "object", "properties": { "realm": { "type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "minLength": 1, "maxLength": 63, "patternMessage": "not a DNS label: write lower-case letters, digits and '-', with a letter or digit at both ends" }, "name": { "type": "string", "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$", "minLength": 1, "maxLength": 63, "patternMessage": "not a Service's name: write lower-case letters, digits and '-', a letter first and no '-' last" }, "device": { "type": "object", "properties": { "hostname": { "type": "string", "pattern": "^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$", "minLength": 1, "maxLength": 253, "patternMessage": "not a host name: write letters, digits, '-', '_' and '.', or name the device by id" }, "id": { "type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "maxLength": 36, "patternMessage": "not the id of a device: write the UUID that Nexodus gave it, in lower-case letters" }, "address": { "type": "string", "maxLength": 45 } } }, "ports": { "type": "array", "minItems": 1, "maxItems": 100, "items": { "type": "object", "required": ["port"], "properties": { "name": { "type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "minLength": 1, "maxLength": 63, "patternMessage": "not a DNS label: write lower-case letters, digits and '-', with a letter or digit at both ends" }, "port": { "type": "integer", "minimum": 1, "maximum": 65535 }, "devicePort": { "type": "integer", "minimum": 1, "maximum": 65535 }, "protocol": { "type": "string", "enum": ["TCP", "UDP"] }, "appProtocol": { "type": "string", "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", "minLength": 1, "maxLength": 317, "patternMessage": "not an application protocol: write a name such as http, of at most 63 letters, digits, '-', '_' and '.', after a DNS name and '/' if need be" } } } }, "service": { "type": "object", "properties": { "name": { "type": "string", "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$", "minLength": 1, "maxLength": 63, "patternMessage": "not a Service's name: write lower-case letters, digits and '-', a letter first and no '-' last" }, "labels": { "type": "object", "maxProperties": 64, "additionalProperties": { "type": "string", "pattern": "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", "maxLength": 63, "patternMessage": "not a label's value: write letters, digits, '-', '_' and '.', with a letter or digit at both ends" } }, "annotations": { "type": "object", "additionalProperties": { "type": "string" } }, "sessionAffinity": { "type": "string", "enum": ["None", "ClientIP"] }, "sessionAffinityConfig": { "type": "object", "properties": { "clientIP": { "type": "object", "properties": { "timeoutSeconds": { "type": "integer", "minimum": 1, "maximum": 86400 } } } } } } }, "clients": { "type": "array", "minItems": 1, "maxItems": 50, "items": { "type": "object", "properties": { "podSelector": { "type": "object", "properties": { "matchLabels": { "type": "object", "maxProperties": 16, "additionalProperties": { "type": "string", "pattern": "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", "maxLength": 63, "patternMessage": "not a label's value: write letters, digits, '-', '_' and '.', with a letter or digit at both ends" } }, "matchExpressions": { "type": "array", "maxItems": 16, "items": { "type": "object", "required": ["key", "operator"], "properties": { "key": { "type": "string", "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", "maxLength": 253, "patternMessage": "not a label's key: write at most 63 letters, digits, '-', '_' and '.', after a DNS name and '/' if need be" }, "operator": { "type": "string", "enum": ["In", "NotIn", "Exists", "DoesNotExist"] }, "values": { "type": "array", "maxItems": 32, "items": { "type": "string", "pattern": "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", "maxLength": 63, "patternMessage": "not a label's value: write letters, digits, '-', '_' and '.', with a letter or digit at both ends" } } } } } } }, "namespaceSelector": { "type": "object", "properties": { "matchLabels": { "type": "object", "maxProperties": 16, "additionalProperties": { "type": "string", "pattern": "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", "maxLength": 63, "patternMessage": "not a label's value: write letters, digits, '-', '_' and '.', with a letter or digit at both ends" } }, "matchExpressions": { "type": "array", "maxItems": 16, "items": { "type": "object", "required": ["key", "operator"], "properties": { "key": { "type": "string", "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", "maxLength": 253, "patternMessage": "not a label's key: write at most 63 letters, digits, '-', '_' and '.', after a DNS name and '/' if need be" }, "operator": { "type": "string", "enum": ["In", "NotIn", "Exists", "DoesNotExist"] }, "values": { "type": "array", "maxItems": 32, "items": { "type": "string", "pattern": "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", "maxLength": 63, "patternMessage": "not a label's value: write letters, digits, '-', '_' and '.', with a letter or digit at both ends" } } } } } } } } } }, "gateway": { "type": "string", "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$", "minLength": 1, "maxLength": 40, "patternMessage": "not a gateway's name: write lower-case letters, digits and '-', a letter first and no '-' last" }, "tunnelIP": { "type": "string", "maxLength": 15 } } } }, "required": ["apiVersion", "kind", "metadata"] };
var pattern8 = new RegExp("^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$", "u");
var pattern9 = new RegExp("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "u");
var pattern13 = new RegExp("^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", "u");
function validate11(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.apiVersion === void 0) {
      const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "apiVersion" }, message: "must have required property 'apiVersion'", schema: schema12.required, parentSchema: schema12, data };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.kind === void 0) {
      const err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "kind" }, message: "must have required property 'kind'", schema: schema12.required, parentSchema: schema12, data };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    if (data.metadata === void 0) {
      const err2 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "metadata" }, message: "must have required property 'metadata'", schema: schema12.required, parentSchema: schema12, data };
      if (vErrors === null) {
        vErrors = [err2];
      } else {
        vErrors.push(err2);
      }
      errors++;
    }
    if (data.apiVersion !== void 0) {
      let data0 = data.apiVersion;
      if (typeof data0 !== "string") {
        const err3 = { instancePath: instancePath + "/apiVersion", schemaPath: "#/properties/apiVersion/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.apiVersion.type, parentSchema: schema12.properties.apiVersion, data: data0 };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
      if (!(data0 === "nexlink.nexodus.io/v1alpha1")) {
        const err4 = { instancePath: instancePath + "/apiVersion", schemaPath: "#/properties/apiVersion/enum", keyword: "enum", params: { allowedValues: schema12.properties.apiVersion.enum }, message: "must be equal to one of the allowed values", schema: schema12.properties.apiVersion.enum, parentSchema: schema12.properties.apiVersion, data: data0 };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
    }
    if (data.kind !== void 0) {
      let data1 = data.kind;
      if (typeof data1 !== "string") {
        const err5 = { instancePath: instancePath + "/kind", schemaPath: "#/properties/kind/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.kind.type, parentSchema: schema12.properties.kind, data: data1 };
        if (vErrors === null) {
          vErrors = [err5];
        } else {
          vErrors.push(err5);
        }
        errors++;
      }
      if (!(data1 === "NexlinkImport")) {
        const err6 = { instancePath: instancePath + "/kind", schemaPath: "#/properties/kind/enum", keyword: "enum", params: { allowedValues: schema12.properties.kind.enum }, message: "must be equal to one of the allowed values", schema: schema12.properties.kind.enum, parentSchema: schema12.properties.kind, data: data1 };
        if (vErrors === null) {
          vErrors = [err6];
        } else {
          vErrors.push(err6);
        }
        errors++;
      }
    }
    if (data.metadata !== void 0) {
      let data2 = data.metadata;
      if (data2 && typeof data2 == "object" && !Array.isArray(data2)) {
        if (data2.name === void 0) {
          const err7 = { instancePath: instancePath + "/metadata", schemaPath: "#/properties/metadata/required", keyword: "required", params: { missingProperty: "name" }, message: "must have required property 'name'", schema: schema12.properties.metadata.required, parentSchema: schema12.properties.metadata, data: data2 };
          if (vErrors === null) {
            vErrors = [err7];
          } else {
            vErrors.push(err7);
          }
          errors++;
        }
        if (data2.name !== void 0) {
          let data3 = data2.name;
          if (typeof data3 === "string") {
            if (func2(data3) < 1) {
              const err8 = { instancePath: instancePath + "/metadata/name", schemaPath: "#/properties/metadata/properties/name/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema12.properties.metadata.properties.name, data: data3 };
              if (vErrors === null) {
                vErrors = [err8];
              } else {
                vErrors.push(err8);
              }
              errors++;
            }
          } else {
            const err9 = { instancePath: instancePath + "/metadata/name", schemaPath: "#/properties/metadata/properties/name/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.metadata.properties.name.type, parentSchema: schema12.properties.metadata.properties.name, data: data3 };
            if (vErrors === null) {
              vErrors = [err9];
            } else {
              vErrors.push(err9);
            }
            errors++;
          }
        }
      } else {
        const err10 = { instancePath: instancePath + "/metadata", schemaPath: "#/properties/metadata/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.metadata.type, parentSchema: schema12.properties.metadata, data: data2 };
        if (vErrors === null) {
          vErrors = [err10];
        } else {
          vErrors.push(err10);
        }
        errors++;
      }
    }
    if (data.spec !== void 0) {
      let data4 = data.spec;
      if (data4 && typeof data4 == "object" && !Array.isArray(data4)) {
        if (data4.realm !== void 0) {
          let data5 = data4.realm;
          if (typeof data5 === "string") {
            if (func2(data5) > 63) {
              const err11 = { instancePath: instancePath + "/spec/realm", schemaPath: "#/properties/spec/properties/realm/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema12.properties.spec.properties.realm, data: data5 };
              if (vErrors === null) {
                vErrors = [err11];
              } else {
                vErrors.push(err11);
              }
              errors++;
            }
            if (func2(data5) < 1) {
              const err12 = { instancePath: instancePath + "/spec/realm", schemaPath: "#/properties/spec/properties/realm/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema12.properties.spec.properties.realm, data: data5 };
              if (vErrors === null) {
                vErrors = [err12];
              } else {
                vErrors.push(err12);
              }
              errors++;
            }
            if (!pattern2.test(data5)) {
              const err13 = { instancePath: instancePath + "/spec/realm", schemaPath: "#/properties/spec/properties/realm/pattern", keyword: "pattern", params: { pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema12.properties.spec.properties.realm, data: data5 };
              if (vErrors === null) {
                vErrors = [err13];
              } else {
                vErrors.push(err13);
              }
              errors++;
            }
          } else {
            const err14 = { instancePath: instancePath + "/spec/realm", schemaPath: "#/properties/spec/properties/realm/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.realm.type, parentSchema: schema12.properties.spec.properties.realm, data: data5 };
            if (vErrors === null) {
              vErrors = [err14];
            } else {
              vErrors.push(err14);
            }
            errors++;
          }
        }
        if (data4.name !== void 0) {
          let data6 = data4.name;
          if (typeof data6 === "string") {
            if (func2(data6) > 63) {
              const err15 = { instancePath: instancePath + "/spec/name", schemaPath: "#/properties/spec/properties/name/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema12.properties.spec.properties.name, data: data6 };
              if (vErrors === null) {
                vErrors = [err15];
              } else {
                vErrors.push(err15);
              }
              errors++;
            }
            if (func2(data6) < 1) {
              const err16 = { instancePath: instancePath + "/spec/name", schemaPath: "#/properties/spec/properties/name/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema12.properties.spec.properties.name, data: data6 };
              if (vErrors === null) {
                vErrors = [err16];
              } else {
                vErrors.push(err16);
              }
              errors++;
            }
            if (!pattern0.test(data6)) {
              const err17 = { instancePath: instancePath + "/spec/name", schemaPath: "#/properties/spec/properties/name/pattern", keyword: "pattern", params: { pattern: "^[a-z]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema12.properties.spec.properties.name, data: data6 };
              if (vErrors === null) {
                vErrors = [err17];
              } else {
                vErrors.push(err17);
              }
              errors++;
            }
          } else {
            const err18 = { instancePath: instancePath + "/spec/name", schemaPath: "#/properties/spec/properties/name/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.name.type, parentSchema: schema12.properties.spec.properties.name, data: data6 };
            if (vErrors === null) {
              vErrors = [err18];
            } else {
              vErrors.push(err18);
            }
            errors++;
          }
        }
        if (data4.device !== void 0) {
          let data7 = data4.device;
          if (data7 && typeof data7 == "object" && !Array.isArray(data7)) {
            if (data7.hostname !== void 0) {
              let data8 = data7.hostname;
              if (typeof data8 === "string") {
                if (func2(data8) > 253) {
                  const err19 = { instancePath: instancePath + "/spec/device/hostname", schemaPath: "#/properties/spec/properties/device/properties/hostname/maxLength", keyword: "maxLength", params: { limit: 253 }, message: "must NOT have more than 253 characters", schema: 253, parentSchema: schema12.properties.spec.properties.device.properties.hostname, data: data8 };
                  if (vErrors === null) {
                    vErrors = [err19];
                  } else {
                    vErrors.push(err19);
                  }
                  errors++;
                }
                if (func2(data8) < 1) {
                  const err20 = { instancePath: instancePath + "/spec/device/hostname", schemaPath: "#/properties/spec/properties/device/properties/hostname/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema12.properties.spec.properties.device.properties.hostname, data: data8 };
                  if (vErrors === null) {
                    vErrors = [err20];
                  } else {
                    vErrors.push(err20);
                  }
                  errors++;
                }
                if (!pattern8.test(data8)) {
                  const err21 = { instancePath: instancePath + "/spec/device/hostname", schemaPath: "#/properties/spec/properties/device/properties/hostname/pattern", keyword: "pattern", params: { pattern: "^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$" }, message: 'must match pattern "^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$"', schema: "^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$", parentSchema: schema12.properties.spec.properties.device.properties.hostname, data: data8 };
                  if (vErrors === null) {
                    vErrors = [err21];
                  } else {
                    vErrors.push(err21);
                  }
                  errors++;
                }
              } else {
                const err22 = { instancePath: instancePath + "/spec/device/hostname", schemaPath: "#/properties/spec/properties/device/properties/hostname/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.device.properties.hostname.type, parentSchema: schema12.properties.spec.properties.device.properties.hostname, data: data8 };
                if (vErrors === null) {
                  vErrors = [err22];
                } else {
                  vErrors.push(err22);
                }
                errors++;
              }
            }
            if (data7.id !== void 0) {
              let data9 = data7.id;
              if (typeof data9 === "string") {
                if (func2(data9) > 36) {
                  const err23 = { instancePath: instancePath + "/spec/device/id", schemaPath: "#/properties/spec/properties/device/properties/id/maxLength", keyword: "maxLength", params: { limit: 36 }, message: "must NOT have more than 36 characters", schema: 36, parentSchema: schema12.properties.spec.properties.device.properties.id, data: data9 };
                  if (vErrors === null) {
                    vErrors = [err23];
                  } else {
                    vErrors.push(err23);
                  }
                  errors++;
                }
                if (!pattern9.test(data9)) {
                  const err24 = { instancePath: instancePath + "/spec/device/id", schemaPath: "#/properties/spec/properties/device/properties/id/pattern", keyword: "pattern", params: { pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" }, message: 'must match pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"', schema: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", parentSchema: schema12.properties.spec.properties.device.properties.id, data: data9 };
                  if (vErrors === null) {
                    vErrors = [err24];
                  } else {
                    vErrors.push(err24);
                  }
                  errors++;
                }
              } else {
                const err25 = { instancePath: instancePath + "/spec/device/id", schemaPath: "#/properties/spec/properties/device/properties/id/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.device.properties.id.type, parentSchema: schema12.properties.spec.properties.device.properties.id, data: data9 };
                if (vErrors === null) {
                  vErrors = [err25];
                } else {
                  vErrors.push(err25);
                }
                errors++;
              }
            }
            if (data7.address !== void 0) {
              let data10 = data7.address;
              if (typeof data10 === "string") {
                if (func2(data10) > 45) {
                  const err26 = { instancePath: instancePath + "/spec/device/address", schemaPath: "#/properties/spec/properties/device/properties/address/maxLength", keyword: "maxLength", params: { limit: 45 }, message: "must NOT have more than 45 characters", schema: 45, parentSchema: schema12.properties.spec.properties.device.properties.address, data: data10 };
                  if (vErrors === null) {
                    vErrors = [err26];
                  } else {
                    vErrors.push(err26);
                  }
                  errors++;
                }
              } else {
                const err27 = { instancePath: instancePath + "/spec/device/address", schemaPath: "#/properties/spec/properties/device/properties/address/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.device.properties.address.type, parentSchema: schema12.properties.spec.properties.device.properties.address, data: data10 };
                if (vErrors === null) {
                  vErrors = [err27];
                } else {
                  vErrors.push(err27);
                }
                errors++;
              }
            }
          } else {
            const err28 = { instancePath: instancePath + "/spec/device", schemaPath: "#/properties/spec/properties/device/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.device.type, parentSchema: schema12.properties.spec.properties.device, data: data7 };
            if (vErrors === null) {
              vErrors = [err28];
            } else {
              vErrors.push(err28);
            }
            errors++;
          }
        }
        if (data4.ports !== void 0) {
          let data11 = data4.ports;
          if (Array.isArray(data11)) {
            if (data11.length > 100) {
              const err29 = { instancePath: instancePath + "/spec/ports", schemaPath: "#/properties/spec/properties/ports/maxItems", keyword: "maxItems", params: { limit: 100 }, message: "must NOT have more than 100 items", schema: 100, parentSchema: schema12.properties.spec.properties.ports, data: data11 };
              if (vErrors === null) {
                vErrors = [err29];
              } else {
                vErrors.push(err29);
              }
              errors++;
            }
            if (data11.length < 1) {
              const err30 = { instancePath: instancePath + "/spec/ports", schemaPath: "#/properties/spec/properties/ports/minItems", keyword: "minItems", params: { limit: 1 }, message: "must NOT have fewer than 1 items", schema: 1, parentSchema: schema12.properties.spec.properties.ports, data: data11 };
              if (vErrors === null) {
                vErrors = [err30];
              } else {
                vErrors.push(err30);
              }
              errors++;
            }
            const len0 = data11.length;
            for (let i0 = 0; i0 < len0; i0++) {
              let data12 = data11[i0];
              if (data12 && typeof data12 == "object" && !Array.isArray(data12)) {
                if (data12.port === void 0) {
                  const err31 = { instancePath: instancePath + "/spec/ports/" + i0, schemaPath: "#/properties/spec/properties/ports/items/required", keyword: "required", params: { missingProperty: "port" }, message: "must have required property 'port'", schema: schema12.properties.spec.properties.ports.items.required, parentSchema: schema12.properties.spec.properties.ports.items, data: data12 };
                  if (vErrors === null) {
                    vErrors = [err31];
                  } else {
                    vErrors.push(err31);
                  }
                  errors++;
                }
                if (data12.name !== void 0) {
                  let data13 = data12.name;
                  if (typeof data13 === "string") {
                    if (func2(data13) > 63) {
                      const err32 = { instancePath: instancePath + "/spec/ports/" + i0 + "/name", schemaPath: "#/properties/spec/properties/ports/items/properties/name/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema12.properties.spec.properties.ports.items.properties.name, data: data13 };
                      if (vErrors === null) {
                        vErrors = [err32];
                      } else {
                        vErrors.push(err32);
                      }
                      errors++;
                    }
                    if (func2(data13) < 1) {
                      const err33 = { instancePath: instancePath + "/spec/ports/" + i0 + "/name", schemaPath: "#/properties/spec/properties/ports/items/properties/name/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema12.properties.spec.properties.ports.items.properties.name, data: data13 };
                      if (vErrors === null) {
                        vErrors = [err33];
                      } else {
                        vErrors.push(err33);
                      }
                      errors++;
                    }
                    if (!pattern2.test(data13)) {
                      const err34 = { instancePath: instancePath + "/spec/ports/" + i0 + "/name", schemaPath: "#/properties/spec/properties/ports/items/properties/name/pattern", keyword: "pattern", params: { pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema12.properties.spec.properties.ports.items.properties.name, data: data13 };
                      if (vErrors === null) {
                        vErrors = [err34];
                      } else {
                        vErrors.push(err34);
                      }
                      errors++;
                    }
                  } else {
                    const err35 = { instancePath: instancePath + "/spec/ports/" + i0 + "/name", schemaPath: "#/properties/spec/properties/ports/items/properties/name/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.ports.items.properties.name.type, parentSchema: schema12.properties.spec.properties.ports.items.properties.name, data: data13 };
                    if (vErrors === null) {
                      vErrors = [err35];
                    } else {
                      vErrors.push(err35);
                    }
                    errors++;
                  }
                }
                if (data12.port !== void 0) {
                  let data14 = data12.port;
                  if (!(typeof data14 == "number" && (!(data14 % 1) && !isNaN(data14)) && isFinite(data14))) {
                    const err36 = { instancePath: instancePath + "/spec/ports/" + i0 + "/port", schemaPath: "#/properties/spec/properties/ports/items/properties/port/type", keyword: "type", params: { type: "integer" }, message: "must be integer", schema: schema12.properties.spec.properties.ports.items.properties.port.type, parentSchema: schema12.properties.spec.properties.ports.items.properties.port, data: data14 };
                    if (vErrors === null) {
                      vErrors = [err36];
                    } else {
                      vErrors.push(err36);
                    }
                    errors++;
                  }
                  if (typeof data14 == "number" && isFinite(data14)) {
                    if (data14 > 65535 || isNaN(data14)) {
                      const err37 = { instancePath: instancePath + "/spec/ports/" + i0 + "/port", schemaPath: "#/properties/spec/properties/ports/items/properties/port/maximum", keyword: "maximum", params: { comparison: "<=", limit: 65535 }, message: "must be <= 65535", schema: 65535, parentSchema: schema12.properties.spec.properties.ports.items.properties.port, data: data14 };
                      if (vErrors === null) {
                        vErrors = [err37];
                      } else {
                        vErrors.push(err37);
                      }
                      errors++;
                    }
                    if (data14 < 1 || isNaN(data14)) {
                      const err38 = { instancePath: instancePath + "/spec/ports/" + i0 + "/port", schemaPath: "#/properties/spec/properties/ports/items/properties/port/minimum", keyword: "minimum", params: { comparison: ">=", limit: 1 }, message: "must be >= 1", schema: 1, parentSchema: schema12.properties.spec.properties.ports.items.properties.port, data: data14 };
                      if (vErrors === null) {
                        vErrors = [err38];
                      } else {
                        vErrors.push(err38);
                      }
                      errors++;
                    }
                  }
                }
                if (data12.devicePort !== void 0) {
                  let data15 = data12.devicePort;
                  if (!(typeof data15 == "number" && (!(data15 % 1) && !isNaN(data15)) && isFinite(data15))) {
                    const err39 = { instancePath: instancePath + "/spec/ports/" + i0 + "/devicePort", schemaPath: "#/properties/spec/properties/ports/items/properties/devicePort/type", keyword: "type", params: { type: "integer" }, message: "must be integer", schema: schema12.properties.spec.properties.ports.items.properties.devicePort.type, parentSchema: schema12.properties.spec.properties.ports.items.properties.devicePort, data: data15 };
                    if (vErrors === null) {
                      vErrors = [err39];
                    } else {
                      vErrors.push(err39);
                    }
                    errors++;
                  }
                  if (typeof data15 == "number" && isFinite(data15)) {
                    if (data15 > 65535 || isNaN(data15)) {
                      const err40 = { instancePath: instancePath + "/spec/ports/" + i0 + "/devicePort", schemaPath: "#/properties/spec/properties/ports/items/properties/devicePort/maximum", keyword: "maximum", params: { comparison: "<=", limit: 65535 }, message: "must be <= 65535", schema: 65535, parentSchema: schema12.properties.spec.properties.ports.items.properties.devicePort, data: data15 };
                      if (vErrors === null) {
                        vErrors = [err40];
                      } else {
                        vErrors.push(err40);
                      }
                      errors++;
                    }
                    if (data15 < 1 || isNaN(data15)) {
                      const err41 = { instancePath: instancePath + "/spec/ports/" + i0 + "/devicePort", schemaPath: "#/properties/spec/properties/ports/items/properties/devicePort/minimum", keyword: "minimum", params: { comparison: ">=", limit: 1 }, message: "must be >= 1", schema: 1, parentSchema: schema12.properties.spec.properties.ports.items.properties.devicePort, data: data15 };
                      if (vErrors === null) {
                        vErrors = [err41];
                      } else {
                        vErrors.push(err41);
                      }
                      errors++;
                    }
                  }
                }
                if (data12.protocol !== void 0) {
                  let data16 = data12.protocol;
                  if (typeof data16 !== "string") {
                    const err42 = { instancePath: instancePath + "/spec/ports/" + i0 + "/protocol", schemaPath: "#/properties/spec/properties/ports/items/properties/protocol/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.ports.items.properties.protocol.type, parentSchema: schema12.properties.spec.properties.ports.items.properties.protocol, data: data16 };
                    if (vErrors === null) {
                      vErrors = [err42];
                    } else {
                      vErrors.push(err42);
                    }
                    errors++;
                  }
                  if (!(data16 === "TCP" || data16 === "UDP")) {
                    const err43 = { instancePath: instancePath + "/spec/ports/" + i0 + "/protocol", schemaPath: "#/properties/spec/properties/ports/items/properties/protocol/enum", keyword: "enum", params: { allowedValues: schema12.properties.spec.properties.ports.items.properties.protocol.enum }, message: "must be equal to one of the allowed values", schema: schema12.properties.spec.properties.ports.items.properties.protocol.enum, parentSchema: schema12.properties.spec.properties.ports.items.properties.protocol, data: data16 };
                    if (vErrors === null) {
                      vErrors = [err43];
                    } else {
                      vErrors.push(err43);
                    }
                    errors++;
                  }
                }
                if (data12.appProtocol !== void 0) {
                  let data17 = data12.appProtocol;
                  if (typeof data17 === "string") {
                    if (func2(data17) > 317) {
                      const err44 = { instancePath: instancePath + "/spec/ports/" + i0 + "/appProtocol", schemaPath: "#/properties/spec/properties/ports/items/properties/appProtocol/maxLength", keyword: "maxLength", params: { limit: 317 }, message: "must NOT have more than 317 characters", schema: 317, parentSchema: schema12.properties.spec.properties.ports.items.properties.appProtocol, data: data17 };
                      if (vErrors === null) {
                        vErrors = [err44];
                      } else {
                        vErrors.push(err44);
                      }
                      errors++;
                    }
                    if (func2(data17) < 1) {
                      const err45 = { instancePath: instancePath + "/spec/ports/" + i0 + "/appProtocol", schemaPath: "#/properties/spec/properties/ports/items/properties/appProtocol/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema12.properties.spec.properties.ports.items.properties.appProtocol, data: data17 };
                      if (vErrors === null) {
                        vErrors = [err45];
                      } else {
                        vErrors.push(err45);
                      }
                      errors++;
                    }
                    if (!pattern4.test(data17)) {
                      const err46 = { instancePath: instancePath + "/spec/ports/" + i0 + "/appProtocol", schemaPath: "#/properties/spec/properties/ports/items/properties/appProtocol/pattern", keyword: "pattern", params: { pattern: "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$" }, message: 'must match pattern "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"', schema: "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", parentSchema: schema12.properties.spec.properties.ports.items.properties.appProtocol, data: data17 };
                      if (vErrors === null) {
                        vErrors = [err46];
                      } else {
                        vErrors.push(err46);
                      }
                      errors++;
                    }
                  } else {
                    const err47 = { instancePath: instancePath + "/spec/ports/" + i0 + "/appProtocol", schemaPath: "#/properties/spec/properties/ports/items/properties/appProtocol/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.ports.items.properties.appProtocol.type, parentSchema: schema12.properties.spec.properties.ports.items.properties.appProtocol, data: data17 };
                    if (vErrors === null) {
                      vErrors = [err47];
                    } else {
                      vErrors.push(err47);
                    }
                    errors++;
                  }
                }
              } else {
                const err48 = { instancePath: instancePath + "/spec/ports/" + i0, schemaPath: "#/properties/spec/properties/ports/items/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.ports.items.type, parentSchema: schema12.properties.spec.properties.ports.items, data: data12 };
                if (vErrors === null) {
                  vErrors = [err48];
                } else {
                  vErrors.push(err48);
                }
                errors++;
              }
            }
          } else {
            const err49 = { instancePath: instancePath + "/spec/ports", schemaPath: "#/properties/spec/properties/ports/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema12.properties.spec.properties.ports.type, parentSchema: schema12.properties.spec.properties.ports, data: data11 };
            if (vErrors === null) {
              vErrors = [err49];
            } else {
              vErrors.push(err49);
            }
            errors++;
          }
        }
        if (data4.service !== void 0) {
          let data18 = data4.service;
          if (data18 && typeof data18 == "object" && !Array.isArray(data18)) {
            if (data18.name !== void 0) {
              let data19 = data18.name;
              if (typeof data19 === "string") {
                if (func2(data19) > 63) {
                  const err50 = { instancePath: instancePath + "/spec/service/name", schemaPath: "#/properties/spec/properties/service/properties/name/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema12.properties.spec.properties.service.properties.name, data: data19 };
                  if (vErrors === null) {
                    vErrors = [err50];
                  } else {
                    vErrors.push(err50);
                  }
                  errors++;
                }
                if (func2(data19) < 1) {
                  const err51 = { instancePath: instancePath + "/spec/service/name", schemaPath: "#/properties/spec/properties/service/properties/name/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema12.properties.spec.properties.service.properties.name, data: data19 };
                  if (vErrors === null) {
                    vErrors = [err51];
                  } else {
                    vErrors.push(err51);
                  }
                  errors++;
                }
                if (!pattern0.test(data19)) {
                  const err52 = { instancePath: instancePath + "/spec/service/name", schemaPath: "#/properties/spec/properties/service/properties/name/pattern", keyword: "pattern", params: { pattern: "^[a-z]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema12.properties.spec.properties.service.properties.name, data: data19 };
                  if (vErrors === null) {
                    vErrors = [err52];
                  } else {
                    vErrors.push(err52);
                  }
                  errors++;
                }
              } else {
                const err53 = { instancePath: instancePath + "/spec/service/name", schemaPath: "#/properties/spec/properties/service/properties/name/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.service.properties.name.type, parentSchema: schema12.properties.spec.properties.service.properties.name, data: data19 };
                if (vErrors === null) {
                  vErrors = [err53];
                } else {
                  vErrors.push(err53);
                }
                errors++;
              }
            }
            if (data18.labels !== void 0) {
              let data20 = data18.labels;
              if (data20 && typeof data20 == "object" && !Array.isArray(data20)) {
                if (Object.keys(data20).length > 64) {
                  const err54 = { instancePath: instancePath + "/spec/service/labels", schemaPath: "#/properties/spec/properties/service/properties/labels/maxProperties", keyword: "maxProperties", params: { limit: 64 }, message: "must NOT have more than 64 properties", schema: 64, parentSchema: schema12.properties.spec.properties.service.properties.labels, data: data20 };
                  if (vErrors === null) {
                    vErrors = [err54];
                  } else {
                    vErrors.push(err54);
                  }
                  errors++;
                }
                for (const key0 in data20) {
                  let data21 = data20[key0];
                  if (typeof data21 === "string") {
                    if (func2(data21) > 63) {
                      const err55 = { instancePath: instancePath + "/spec/service/labels/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/service/properties/labels/additionalProperties/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema12.properties.spec.properties.service.properties.labels.additionalProperties, data: data21 };
                      if (vErrors === null) {
                        vErrors = [err55];
                      } else {
                        vErrors.push(err55);
                      }
                      errors++;
                    }
                    if (!pattern13.test(data21)) {
                      const err56 = { instancePath: instancePath + "/spec/service/labels/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/service/properties/labels/additionalProperties/pattern", keyword: "pattern", params: { pattern: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$" }, message: 'must match pattern "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"', schema: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", parentSchema: schema12.properties.spec.properties.service.properties.labels.additionalProperties, data: data21 };
                      if (vErrors === null) {
                        vErrors = [err56];
                      } else {
                        vErrors.push(err56);
                      }
                      errors++;
                    }
                  } else {
                    const err57 = { instancePath: instancePath + "/spec/service/labels/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/service/properties/labels/additionalProperties/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.service.properties.labels.additionalProperties.type, parentSchema: schema12.properties.spec.properties.service.properties.labels.additionalProperties, data: data21 };
                    if (vErrors === null) {
                      vErrors = [err57];
                    } else {
                      vErrors.push(err57);
                    }
                    errors++;
                  }
                }
              } else {
                const err58 = { instancePath: instancePath + "/spec/service/labels", schemaPath: "#/properties/spec/properties/service/properties/labels/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.service.properties.labels.type, parentSchema: schema12.properties.spec.properties.service.properties.labels, data: data20 };
                if (vErrors === null) {
                  vErrors = [err58];
                } else {
                  vErrors.push(err58);
                }
                errors++;
              }
            }
            if (data18.annotations !== void 0) {
              let data22 = data18.annotations;
              if (data22 && typeof data22 == "object" && !Array.isArray(data22)) {
                for (const key1 in data22) {
                  let data23 = data22[key1];
                  if (typeof data23 !== "string") {
                    const err59 = { instancePath: instancePath + "/spec/service/annotations/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/service/properties/annotations/additionalProperties/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.service.properties.annotations.additionalProperties.type, parentSchema: schema12.properties.spec.properties.service.properties.annotations.additionalProperties, data: data23 };
                    if (vErrors === null) {
                      vErrors = [err59];
                    } else {
                      vErrors.push(err59);
                    }
                    errors++;
                  }
                }
              } else {
                const err60 = { instancePath: instancePath + "/spec/service/annotations", schemaPath: "#/properties/spec/properties/service/properties/annotations/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.service.properties.annotations.type, parentSchema: schema12.properties.spec.properties.service.properties.annotations, data: data22 };
                if (vErrors === null) {
                  vErrors = [err60];
                } else {
                  vErrors.push(err60);
                }
                errors++;
              }
            }
            if (data18.sessionAffinity !== void 0) {
              let data24 = data18.sessionAffinity;
              if (typeof data24 !== "string") {
                const err61 = { instancePath: instancePath + "/spec/service/sessionAffinity", schemaPath: "#/properties/spec/properties/service/properties/sessionAffinity/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.service.properties.sessionAffinity.type, parentSchema: schema12.properties.spec.properties.service.properties.sessionAffinity, data: data24 };
                if (vErrors === null) {
                  vErrors = [err61];
                } else {
                  vErrors.push(err61);
                }
                errors++;
              }
              if (!(data24 === "None" || data24 === "ClientIP")) {
                const err62 = { instancePath: instancePath + "/spec/service/sessionAffinity", schemaPath: "#/properties/spec/properties/service/properties/sessionAffinity/enum", keyword: "enum", params: { allowedValues: schema12.properties.spec.properties.service.properties.sessionAffinity.enum }, message: "must be equal to one of the allowed values", schema: schema12.properties.spec.properties.service.properties.sessionAffinity.enum, parentSchema: schema12.properties.spec.properties.service.properties.sessionAffinity, data: data24 };
                if (vErrors === null) {
                  vErrors = [err62];
                } else {
                  vErrors.push(err62);
                }
                errors++;
              }
            }
            if (data18.sessionAffinityConfig !== void 0) {
              let data25 = data18.sessionAffinityConfig;
              if (data25 && typeof data25 == "object" && !Array.isArray(data25)) {
                if (data25.clientIP !== void 0) {
                  let data26 = data25.clientIP;
                  if (data26 && typeof data26 == "object" && !Array.isArray(data26)) {
                    if (data26.timeoutSeconds !== void 0) {
                      let data27 = data26.timeoutSeconds;
                      if (!(typeof data27 == "number" && (!(data27 % 1) && !isNaN(data27)) && isFinite(data27))) {
                        const err63 = { instancePath: instancePath + "/spec/service/sessionAffinityConfig/clientIP/timeoutSeconds", schemaPath: "#/properties/spec/properties/service/properties/sessionAffinityConfig/properties/clientIP/properties/timeoutSeconds/type", keyword: "type", params: { type: "integer" }, message: "must be integer", schema: schema12.properties.spec.properties.service.properties.sessionAffinityConfig.properties.clientIP.properties.timeoutSeconds.type, parentSchema: schema12.properties.spec.properties.service.properties.sessionAffinityConfig.properties.clientIP.properties.timeoutSeconds, data: data27 };
                        if (vErrors === null) {
                          vErrors = [err63];
                        } else {
                          vErrors.push(err63);
                        }
                        errors++;
                      }
                      if (typeof data27 == "number" && isFinite(data27)) {
                        if (data27 > 86400 || isNaN(data27)) {
                          const err64 = { instancePath: instancePath + "/spec/service/sessionAffinityConfig/clientIP/timeoutSeconds", schemaPath: "#/properties/spec/properties/service/properties/sessionAffinityConfig/properties/clientIP/properties/timeoutSeconds/maximum", keyword: "maximum", params: { comparison: "<=", limit: 86400 }, message: "must be <= 86400", schema: 86400, parentSchema: schema12.properties.spec.properties.service.properties.sessionAffinityConfig.properties.clientIP.properties.timeoutSeconds, data: data27 };
                          if (vErrors === null) {
                            vErrors = [err64];
                          } else {
                            vErrors.push(err64);
                          }
                          errors++;
                        }
                        if (data27 < 1 || isNaN(data27)) {
                          const err65 = { instancePath: instancePath + "/spec/service/sessionAffinityConfig/clientIP/timeoutSeconds", schemaPath: "#/properties/spec/properties/service/properties/sessionAffinityConfig/properties/clientIP/properties/timeoutSeconds/minimum", keyword: "minimum", params: { comparison: ">=", limit: 1 }, message: "must be >= 1", schema: 1, parentSchema: schema12.properties.spec.properties.service.properties.sessionAffinityConfig.properties.clientIP.properties.timeoutSeconds, data: data27 };
                          if (vErrors === null) {
                            vErrors = [err65];
                          } else {
                            vErrors.push(err65);
                          }
                          errors++;
                        }
                      }
                    }
                  } else {
                    const err66 = { instancePath: instancePath + "/spec/service/sessionAffinityConfig/clientIP", schemaPath: "#/properties/spec/properties/service/properties/sessionAffinityConfig/properties/clientIP/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.service.properties.sessionAffinityConfig.properties.clientIP.type, parentSchema: schema12.properties.spec.properties.service.properties.sessionAffinityConfig.properties.clientIP, data: data26 };
                    if (vErrors === null) {
                      vErrors = [err66];
                    } else {
                      vErrors.push(err66);
                    }
                    errors++;
                  }
                }
              } else {
                const err67 = { instancePath: instancePath + "/spec/service/sessionAffinityConfig", schemaPath: "#/properties/spec/properties/service/properties/sessionAffinityConfig/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.service.properties.sessionAffinityConfig.type, parentSchema: schema12.properties.spec.properties.service.properties.sessionAffinityConfig, data: data25 };
                if (vErrors === null) {
                  vErrors = [err67];
                } else {
                  vErrors.push(err67);
                }
                errors++;
              }
            }
          } else {
            const err68 = { instancePath: instancePath + "/spec/service", schemaPath: "#/properties/spec/properties/service/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.service.type, parentSchema: schema12.properties.spec.properties.service, data: data18 };
            if (vErrors === null) {
              vErrors = [err68];
            } else {
              vErrors.push(err68);
            }
            errors++;
          }
        }
        if (data4.clients !== void 0) {
          let data28 = data4.clients;
          if (Array.isArray(data28)) {
            if (data28.length > 50) {
              const err69 = { instancePath: instancePath + "/spec/clients", schemaPath: "#/properties/spec/properties/clients/maxItems", keyword: "maxItems", params: { limit: 50 }, message: "must NOT have more than 50 items", schema: 50, parentSchema: schema12.properties.spec.properties.clients, data: data28 };
              if (vErrors === null) {
                vErrors = [err69];
              } else {
                vErrors.push(err69);
              }
              errors++;
            }
            if (data28.length < 1) {
              const err70 = { instancePath: instancePath + "/spec/clients", schemaPath: "#/properties/spec/properties/clients/minItems", keyword: "minItems", params: { limit: 1 }, message: "must NOT have fewer than 1 items", schema: 1, parentSchema: schema12.properties.spec.properties.clients, data: data28 };
              if (vErrors === null) {
                vErrors = [err70];
              } else {
                vErrors.push(err70);
              }
              errors++;
            }
            const len1 = data28.length;
            for (let i1 = 0; i1 < len1; i1++) {
              let data29 = data28[i1];
              if (data29 && typeof data29 == "object" && !Array.isArray(data29)) {
                if (data29.podSelector !== void 0) {
                  let data30 = data29.podSelector;
                  if (data30 && typeof data30 == "object" && !Array.isArray(data30)) {
                    if (data30.matchLabels !== void 0) {
                      let data31 = data30.matchLabels;
                      if (data31 && typeof data31 == "object" && !Array.isArray(data31)) {
                        if (Object.keys(data31).length > 16) {
                          const err71 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchLabels", schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchLabels/maxProperties", keyword: "maxProperties", params: { limit: 16 }, message: "must NOT have more than 16 properties", schema: 16, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchLabels, data: data31 };
                          if (vErrors === null) {
                            vErrors = [err71];
                          } else {
                            vErrors.push(err71);
                          }
                          errors++;
                        }
                        for (const key2 in data31) {
                          let data32 = data31[key2];
                          if (typeof data32 === "string") {
                            if (func2(data32) > 63) {
                              const err72 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchLabels/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchLabels/additionalProperties/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchLabels.additionalProperties, data: data32 };
                              if (vErrors === null) {
                                vErrors = [err72];
                              } else {
                                vErrors.push(err72);
                              }
                              errors++;
                            }
                            if (!pattern13.test(data32)) {
                              const err73 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchLabels/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchLabels/additionalProperties/pattern", keyword: "pattern", params: { pattern: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$" }, message: 'must match pattern "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"', schema: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchLabels.additionalProperties, data: data32 };
                              if (vErrors === null) {
                                vErrors = [err73];
                              } else {
                                vErrors.push(err73);
                              }
                              errors++;
                            }
                          } else {
                            const err74 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchLabels/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchLabels/additionalProperties/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchLabels.additionalProperties.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchLabels.additionalProperties, data: data32 };
                            if (vErrors === null) {
                              vErrors = [err74];
                            } else {
                              vErrors.push(err74);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err75 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchLabels", schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchLabels/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchLabels.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchLabels, data: data31 };
                        if (vErrors === null) {
                          vErrors = [err75];
                        } else {
                          vErrors.push(err75);
                        }
                        errors++;
                      }
                    }
                    if (data30.matchExpressions !== void 0) {
                      let data33 = data30.matchExpressions;
                      if (Array.isArray(data33)) {
                        if (data33.length > 16) {
                          const err76 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions", schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/maxItems", keyword: "maxItems", params: { limit: 16 }, message: "must NOT have more than 16 items", schema: 16, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions, data: data33 };
                          if (vErrors === null) {
                            vErrors = [err76];
                          } else {
                            vErrors.push(err76);
                          }
                          errors++;
                        }
                        const len2 = data33.length;
                        for (let i2 = 0; i2 < len2; i2++) {
                          let data34 = data33[i2];
                          if (data34 && typeof data34 == "object" && !Array.isArray(data34)) {
                            if (data34.key === void 0) {
                              const err77 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions/" + i2, schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/items/required", keyword: "required", params: { missingProperty: "key" }, message: "must have required property 'key'", schema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.required, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items, data: data34 };
                              if (vErrors === null) {
                                vErrors = [err77];
                              } else {
                                vErrors.push(err77);
                              }
                              errors++;
                            }
                            if (data34.operator === void 0) {
                              const err78 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions/" + i2, schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/items/required", keyword: "required", params: { missingProperty: "operator" }, message: "must have required property 'operator'", schema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.required, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items, data: data34 };
                              if (vErrors === null) {
                                vErrors = [err78];
                              } else {
                                vErrors.push(err78);
                              }
                              errors++;
                            }
                            if (data34.key !== void 0) {
                              let data35 = data34.key;
                              if (typeof data35 === "string") {
                                if (func2(data35) > 253) {
                                  const err79 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions/" + i2 + "/key", schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/items/properties/key/maxLength", keyword: "maxLength", params: { limit: 253 }, message: "must NOT have more than 253 characters", schema: 253, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.key, data: data35 };
                                  if (vErrors === null) {
                                    vErrors = [err79];
                                  } else {
                                    vErrors.push(err79);
                                  }
                                  errors++;
                                }
                                if (!pattern4.test(data35)) {
                                  const err80 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions/" + i2 + "/key", schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/items/properties/key/pattern", keyword: "pattern", params: { pattern: "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$" }, message: 'must match pattern "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"', schema: "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.key, data: data35 };
                                  if (vErrors === null) {
                                    vErrors = [err80];
                                  } else {
                                    vErrors.push(err80);
                                  }
                                  errors++;
                                }
                              } else {
                                const err81 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions/" + i2 + "/key", schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/items/properties/key/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.key.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.key, data: data35 };
                                if (vErrors === null) {
                                  vErrors = [err81];
                                } else {
                                  vErrors.push(err81);
                                }
                                errors++;
                              }
                            }
                            if (data34.operator !== void 0) {
                              let data36 = data34.operator;
                              if (typeof data36 !== "string") {
                                const err82 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions/" + i2 + "/operator", schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/items/properties/operator/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.operator.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.operator, data: data36 };
                                if (vErrors === null) {
                                  vErrors = [err82];
                                } else {
                                  vErrors.push(err82);
                                }
                                errors++;
                              }
                              if (!(data36 === "In" || data36 === "NotIn" || data36 === "Exists" || data36 === "DoesNotExist")) {
                                const err83 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions/" + i2 + "/operator", schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/items/properties/operator/enum", keyword: "enum", params: { allowedValues: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.operator.enum }, message: "must be equal to one of the allowed values", schema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.operator.enum, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.operator, data: data36 };
                                if (vErrors === null) {
                                  vErrors = [err83];
                                } else {
                                  vErrors.push(err83);
                                }
                                errors++;
                              }
                            }
                            if (data34.values !== void 0) {
                              let data37 = data34.values;
                              if (Array.isArray(data37)) {
                                if (data37.length > 32) {
                                  const err84 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions/" + i2 + "/values", schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/items/properties/values/maxItems", keyword: "maxItems", params: { limit: 32 }, message: "must NOT have more than 32 items", schema: 32, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.values, data: data37 };
                                  if (vErrors === null) {
                                    vErrors = [err84];
                                  } else {
                                    vErrors.push(err84);
                                  }
                                  errors++;
                                }
                                const len3 = data37.length;
                                for (let i3 = 0; i3 < len3; i3++) {
                                  let data38 = data37[i3];
                                  if (typeof data38 === "string") {
                                    if (func2(data38) > 63) {
                                      const err85 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions/" + i2 + "/values/" + i3, schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/items/properties/values/items/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.values.items, data: data38 };
                                      if (vErrors === null) {
                                        vErrors = [err85];
                                      } else {
                                        vErrors.push(err85);
                                      }
                                      errors++;
                                    }
                                    if (!pattern13.test(data38)) {
                                      const err86 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions/" + i2 + "/values/" + i3, schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/items/properties/values/items/pattern", keyword: "pattern", params: { pattern: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$" }, message: 'must match pattern "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"', schema: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.values.items, data: data38 };
                                      if (vErrors === null) {
                                        vErrors = [err86];
                                      } else {
                                        vErrors.push(err86);
                                      }
                                      errors++;
                                    }
                                  } else {
                                    const err87 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions/" + i2 + "/values/" + i3, schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/items/properties/values/items/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.values.items.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.values.items, data: data38 };
                                    if (vErrors === null) {
                                      vErrors = [err87];
                                    } else {
                                      vErrors.push(err87);
                                    }
                                    errors++;
                                  }
                                }
                              } else {
                                const err88 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions/" + i2 + "/values", schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/items/properties/values/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.values.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.properties.values, data: data37 };
                                if (vErrors === null) {
                                  vErrors = [err88];
                                } else {
                                  vErrors.push(err88);
                                }
                                errors++;
                              }
                            }
                          } else {
                            const err89 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions/" + i2, schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/items/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.items, data: data34 };
                            if (vErrors === null) {
                              vErrors = [err89];
                            } else {
                              vErrors.push(err89);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err90 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector/matchExpressions", schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/properties/matchExpressions/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector.properties.matchExpressions, data: data33 };
                        if (vErrors === null) {
                          vErrors = [err90];
                        } else {
                          vErrors.push(err90);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err91 = { instancePath: instancePath + "/spec/clients/" + i1 + "/podSelector", schemaPath: "#/properties/spec/properties/clients/items/properties/podSelector/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.clients.items.properties.podSelector.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.podSelector, data: data30 };
                    if (vErrors === null) {
                      vErrors = [err91];
                    } else {
                      vErrors.push(err91);
                    }
                    errors++;
                  }
                }
                if (data29.namespaceSelector !== void 0) {
                  let data39 = data29.namespaceSelector;
                  if (data39 && typeof data39 == "object" && !Array.isArray(data39)) {
                    if (data39.matchLabels !== void 0) {
                      let data40 = data39.matchLabels;
                      if (data40 && typeof data40 == "object" && !Array.isArray(data40)) {
                        if (Object.keys(data40).length > 16) {
                          const err92 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchLabels", schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchLabels/maxProperties", keyword: "maxProperties", params: { limit: 16 }, message: "must NOT have more than 16 properties", schema: 16, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchLabels, data: data40 };
                          if (vErrors === null) {
                            vErrors = [err92];
                          } else {
                            vErrors.push(err92);
                          }
                          errors++;
                        }
                        for (const key3 in data40) {
                          let data41 = data40[key3];
                          if (typeof data41 === "string") {
                            if (func2(data41) > 63) {
                              const err93 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchLabels/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchLabels/additionalProperties/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchLabels.additionalProperties, data: data41 };
                              if (vErrors === null) {
                                vErrors = [err93];
                              } else {
                                vErrors.push(err93);
                              }
                              errors++;
                            }
                            if (!pattern13.test(data41)) {
                              const err94 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchLabels/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchLabels/additionalProperties/pattern", keyword: "pattern", params: { pattern: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$" }, message: 'must match pattern "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"', schema: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchLabels.additionalProperties, data: data41 };
                              if (vErrors === null) {
                                vErrors = [err94];
                              } else {
                                vErrors.push(err94);
                              }
                              errors++;
                            }
                          } else {
                            const err95 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchLabels/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchLabels/additionalProperties/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchLabels.additionalProperties.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchLabels.additionalProperties, data: data41 };
                            if (vErrors === null) {
                              vErrors = [err95];
                            } else {
                              vErrors.push(err95);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err96 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchLabels", schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchLabels/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchLabels.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchLabels, data: data40 };
                        if (vErrors === null) {
                          vErrors = [err96];
                        } else {
                          vErrors.push(err96);
                        }
                        errors++;
                      }
                    }
                    if (data39.matchExpressions !== void 0) {
                      let data42 = data39.matchExpressions;
                      if (Array.isArray(data42)) {
                        if (data42.length > 16) {
                          const err97 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions", schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/maxItems", keyword: "maxItems", params: { limit: 16 }, message: "must NOT have more than 16 items", schema: 16, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions, data: data42 };
                          if (vErrors === null) {
                            vErrors = [err97];
                          } else {
                            vErrors.push(err97);
                          }
                          errors++;
                        }
                        const len4 = data42.length;
                        for (let i4 = 0; i4 < len4; i4++) {
                          let data43 = data42[i4];
                          if (data43 && typeof data43 == "object" && !Array.isArray(data43)) {
                            if (data43.key === void 0) {
                              const err98 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions/" + i4, schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/items/required", keyword: "required", params: { missingProperty: "key" }, message: "must have required property 'key'", schema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.required, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items, data: data43 };
                              if (vErrors === null) {
                                vErrors = [err98];
                              } else {
                                vErrors.push(err98);
                              }
                              errors++;
                            }
                            if (data43.operator === void 0) {
                              const err99 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions/" + i4, schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/items/required", keyword: "required", params: { missingProperty: "operator" }, message: "must have required property 'operator'", schema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.required, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items, data: data43 };
                              if (vErrors === null) {
                                vErrors = [err99];
                              } else {
                                vErrors.push(err99);
                              }
                              errors++;
                            }
                            if (data43.key !== void 0) {
                              let data44 = data43.key;
                              if (typeof data44 === "string") {
                                if (func2(data44) > 253) {
                                  const err100 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions/" + i4 + "/key", schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/items/properties/key/maxLength", keyword: "maxLength", params: { limit: 253 }, message: "must NOT have more than 253 characters", schema: 253, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.key, data: data44 };
                                  if (vErrors === null) {
                                    vErrors = [err100];
                                  } else {
                                    vErrors.push(err100);
                                  }
                                  errors++;
                                }
                                if (!pattern4.test(data44)) {
                                  const err101 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions/" + i4 + "/key", schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/items/properties/key/pattern", keyword: "pattern", params: { pattern: "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$" }, message: 'must match pattern "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"', schema: "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.key, data: data44 };
                                  if (vErrors === null) {
                                    vErrors = [err101];
                                  } else {
                                    vErrors.push(err101);
                                  }
                                  errors++;
                                }
                              } else {
                                const err102 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions/" + i4 + "/key", schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/items/properties/key/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.key.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.key, data: data44 };
                                if (vErrors === null) {
                                  vErrors = [err102];
                                } else {
                                  vErrors.push(err102);
                                }
                                errors++;
                              }
                            }
                            if (data43.operator !== void 0) {
                              let data45 = data43.operator;
                              if (typeof data45 !== "string") {
                                const err103 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions/" + i4 + "/operator", schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/items/properties/operator/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.operator.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.operator, data: data45 };
                                if (vErrors === null) {
                                  vErrors = [err103];
                                } else {
                                  vErrors.push(err103);
                                }
                                errors++;
                              }
                              if (!(data45 === "In" || data45 === "NotIn" || data45 === "Exists" || data45 === "DoesNotExist")) {
                                const err104 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions/" + i4 + "/operator", schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/items/properties/operator/enum", keyword: "enum", params: { allowedValues: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.operator.enum }, message: "must be equal to one of the allowed values", schema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.operator.enum, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.operator, data: data45 };
                                if (vErrors === null) {
                                  vErrors = [err104];
                                } else {
                                  vErrors.push(err104);
                                }
                                errors++;
                              }
                            }
                            if (data43.values !== void 0) {
                              let data46 = data43.values;
                              if (Array.isArray(data46)) {
                                if (data46.length > 32) {
                                  const err105 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions/" + i4 + "/values", schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/items/properties/values/maxItems", keyword: "maxItems", params: { limit: 32 }, message: "must NOT have more than 32 items", schema: 32, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.values, data: data46 };
                                  if (vErrors === null) {
                                    vErrors = [err105];
                                  } else {
                                    vErrors.push(err105);
                                  }
                                  errors++;
                                }
                                const len5 = data46.length;
                                for (let i5 = 0; i5 < len5; i5++) {
                                  let data47 = data46[i5];
                                  if (typeof data47 === "string") {
                                    if (func2(data47) > 63) {
                                      const err106 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions/" + i4 + "/values/" + i5, schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/items/properties/values/items/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.values.items, data: data47 };
                                      if (vErrors === null) {
                                        vErrors = [err106];
                                      } else {
                                        vErrors.push(err106);
                                      }
                                      errors++;
                                    }
                                    if (!pattern13.test(data47)) {
                                      const err107 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions/" + i4 + "/values/" + i5, schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/items/properties/values/items/pattern", keyword: "pattern", params: { pattern: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$" }, message: 'must match pattern "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"', schema: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.values.items, data: data47 };
                                      if (vErrors === null) {
                                        vErrors = [err107];
                                      } else {
                                        vErrors.push(err107);
                                      }
                                      errors++;
                                    }
                                  } else {
                                    const err108 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions/" + i4 + "/values/" + i5, schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/items/properties/values/items/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.values.items.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.values.items, data: data47 };
                                    if (vErrors === null) {
                                      vErrors = [err108];
                                    } else {
                                      vErrors.push(err108);
                                    }
                                    errors++;
                                  }
                                }
                              } else {
                                const err109 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions/" + i4 + "/values", schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/items/properties/values/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.values.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.properties.values, data: data46 };
                                if (vErrors === null) {
                                  vErrors = [err109];
                                } else {
                                  vErrors.push(err109);
                                }
                                errors++;
                              }
                            }
                          } else {
                            const err110 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions/" + i4, schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/items/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.items, data: data43 };
                            if (vErrors === null) {
                              vErrors = [err110];
                            } else {
                              vErrors.push(err110);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err111 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector/matchExpressions", schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/properties/matchExpressions/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.properties.matchExpressions, data: data42 };
                        if (vErrors === null) {
                          vErrors = [err111];
                        } else {
                          vErrors.push(err111);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err112 = { instancePath: instancePath + "/spec/clients/" + i1 + "/namespaceSelector", schemaPath: "#/properties/spec/properties/clients/items/properties/namespaceSelector/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector.type, parentSchema: schema12.properties.spec.properties.clients.items.properties.namespaceSelector, data: data39 };
                    if (vErrors === null) {
                      vErrors = [err112];
                    } else {
                      vErrors.push(err112);
                    }
                    errors++;
                  }
                }
              } else {
                const err113 = { instancePath: instancePath + "/spec/clients/" + i1, schemaPath: "#/properties/spec/properties/clients/items/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.properties.clients.items.type, parentSchema: schema12.properties.spec.properties.clients.items, data: data29 };
                if (vErrors === null) {
                  vErrors = [err113];
                } else {
                  vErrors.push(err113);
                }
                errors++;
              }
            }
          } else {
            const err114 = { instancePath: instancePath + "/spec/clients", schemaPath: "#/properties/spec/properties/clients/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema12.properties.spec.properties.clients.type, parentSchema: schema12.properties.spec.properties.clients, data: data28 };
            if (vErrors === null) {
              vErrors = [err114];
            } else {
              vErrors.push(err114);
            }
            errors++;
          }
        }
        if (data4.gateway !== void 0) {
          let data48 = data4.gateway;
          if (typeof data48 === "string") {
            if (func2(data48) > 40) {
              const err115 = { instancePath: instancePath + "/spec/gateway", schemaPath: "#/properties/spec/properties/gateway/maxLength", keyword: "maxLength", params: { limit: 40 }, message: "must NOT have more than 40 characters", schema: 40, parentSchema: schema12.properties.spec.properties.gateway, data: data48 };
              if (vErrors === null) {
                vErrors = [err115];
              } else {
                vErrors.push(err115);
              }
              errors++;
            }
            if (func2(data48) < 1) {
              const err116 = { instancePath: instancePath + "/spec/gateway", schemaPath: "#/properties/spec/properties/gateway/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema12.properties.spec.properties.gateway, data: data48 };
              if (vErrors === null) {
                vErrors = [err116];
              } else {
                vErrors.push(err116);
              }
              errors++;
            }
            if (!pattern0.test(data48)) {
              const err117 = { instancePath: instancePath + "/spec/gateway", schemaPath: "#/properties/spec/properties/gateway/pattern", keyword: "pattern", params: { pattern: "^[a-z]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema12.properties.spec.properties.gateway, data: data48 };
              if (vErrors === null) {
                vErrors = [err117];
              } else {
                vErrors.push(err117);
              }
              errors++;
            }
          } else {
            const err118 = { instancePath: instancePath + "/spec/gateway", schemaPath: "#/properties/spec/properties/gateway/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.gateway.type, parentSchema: schema12.properties.spec.properties.gateway, data: data48 };
            if (vErrors === null) {
              vErrors = [err118];
            } else {
              vErrors.push(err118);
            }
            errors++;
          }
        }
        if (data4.tunnelIP !== void 0) {
          let data49 = data4.tunnelIP;
          if (typeof data49 === "string") {
            if (func2(data49) > 15) {
              const err119 = { instancePath: instancePath + "/spec/tunnelIP", schemaPath: "#/properties/spec/properties/tunnelIP/maxLength", keyword: "maxLength", params: { limit: 15 }, message: "must NOT have more than 15 characters", schema: 15, parentSchema: schema12.properties.spec.properties.tunnelIP, data: data49 };
              if (vErrors === null) {
                vErrors = [err119];
              } else {
                vErrors.push(err119);
              }
              errors++;
            }
          } else {
            const err120 = { instancePath: instancePath + "/spec/tunnelIP", schemaPath: "#/properties/spec/properties/tunnelIP/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema12.properties.spec.properties.tunnelIP.type, parentSchema: schema12.properties.spec.properties.tunnelIP, data: data49 };
            if (vErrors === null) {
              vErrors = [err120];
            } else {
              vErrors.push(err120);
            }
            errors++;
          }
        }
      } else {
        const err121 = { instancePath: instancePath + "/spec", schemaPath: "#/properties/spec/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.properties.spec.type, parentSchema: schema12.properties.spec, data: data4 };
        if (vErrors === null) {
          vErrors = [err121];
        } else {
          vErrors.push(err121);
        }
        errors++;
      }
    }
  } else {
    const err122 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema12.type, parentSchema: schema12, data };
    if (vErrors === null) {
      vErrors = [err122];
    } else {
      vErrors.push(err122);
    }
    errors++;
  }
  validate11.errors = vErrors;
  return errors === 0;
}
var NexlinkGateway = validate12;
var schema13 = { "type": "object", "required": ["apiVersion", "kind", "metadata", "spec"], "properties": { "apiVersion": { "type": "string", "enum": ["nexlink.nexodus.io/v1alpha1"] }, "kind": { "type": "string", "enum": ["NexlinkGateway"] }, "metadata": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string", "minLength": 1 } } }, "spec": { "type": "object", "required": ["direction", "realm"], "properties": { "direction": { "type": "string", "enum": ["Export", "Import"] }, "realm": { "type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "minLength": 1, "maxLength": 63, "patternMessage": "not a DNS label: write lower-case letters, digits and '-', with a letter or digit at both ends" }, "replicas": { "type": "integer", "minimum": 0, "maximum": 10 }, "tunnelIP": { "type": "string", "maxLength": 15 }, "nexd": { "type": "object", "properties": { "image": { "type": "string", "minLength": 1, "maxLength": 1024 }, "resources": { "type": "object", "properties": { "requests": { "type": "object", "maxProperties": 16, "additionalProperties": { "pattern": "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", "maxLength": 32, "minimum": 0, "type": ["integer", "string"], "patternMessage": "not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi" } }, "limits": { "type": "object", "maxProperties": 16, "additionalProperties": { "pattern": "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", "maxLength": 32, "minimum": 0, "type": ["integer", "string"], "patternMessage": "not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi" } } } } } }, "agent": { "type": "object", "properties": { "resources": { "type": "object", "properties": { "requests": { "type": "object", "maxProperties": 16, "additionalProperties": { "pattern": "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", "maxLength": 32, "minimum": 0, "type": ["integer", "string"], "patternMessage": "not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi" } }, "limits": { "type": "object", "maxProperties": 16, "additionalProperties": { "pattern": "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", "maxLength": 32, "minimum": 0, "type": ["integer", "string"], "patternMessage": "not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi" } } } } } }, "podTemplate": { "type": "object", "properties": { "metadata": { "type": "object", "properties": { "labels": { "type": "object", "maxProperties": 64, "additionalProperties": { "type": "string", "pattern": "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", "maxLength": 63, "patternMessage": "not a label's value: write letters, digits, '-', '_' and '.', with a letter or digit at both ends" } }, "annotations": { "type": "object", "additionalProperties": { "type": "string" } } } }, "spec": { "type": "object" } } } } } } };
var pattern22 = new RegExp("^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", "u");
function validate12(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.apiVersion === void 0) {
      const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "apiVersion" }, message: "must have required property 'apiVersion'", schema: schema13.required, parentSchema: schema13, data };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.kind === void 0) {
      const err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "kind" }, message: "must have required property 'kind'", schema: schema13.required, parentSchema: schema13, data };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    if (data.metadata === void 0) {
      const err2 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "metadata" }, message: "must have required property 'metadata'", schema: schema13.required, parentSchema: schema13, data };
      if (vErrors === null) {
        vErrors = [err2];
      } else {
        vErrors.push(err2);
      }
      errors++;
    }
    if (data.spec === void 0) {
      const err3 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "spec" }, message: "must have required property 'spec'", schema: schema13.required, parentSchema: schema13, data };
      if (vErrors === null) {
        vErrors = [err3];
      } else {
        vErrors.push(err3);
      }
      errors++;
    }
    if (data.apiVersion !== void 0) {
      let data0 = data.apiVersion;
      if (typeof data0 !== "string") {
        const err4 = { instancePath: instancePath + "/apiVersion", schemaPath: "#/properties/apiVersion/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema13.properties.apiVersion.type, parentSchema: schema13.properties.apiVersion, data: data0 };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      if (!(data0 === "nexlink.nexodus.io/v1alpha1")) {
        const err5 = { instancePath: instancePath + "/apiVersion", schemaPath: "#/properties/apiVersion/enum", keyword: "enum", params: { allowedValues: schema13.properties.apiVersion.enum }, message: "must be equal to one of the allowed values", schema: schema13.properties.apiVersion.enum, parentSchema: schema13.properties.apiVersion, data: data0 };
        if (vErrors === null) {
          vErrors = [err5];
        } else {
          vErrors.push(err5);
        }
        errors++;
      }
    }
    if (data.kind !== void 0) {
      let data1 = data.kind;
      if (typeof data1 !== "string") {
        const err6 = { instancePath: instancePath + "/kind", schemaPath: "#/properties/kind/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema13.properties.kind.type, parentSchema: schema13.properties.kind, data: data1 };
        if (vErrors === null) {
          vErrors = [err6];
        } else {
          vErrors.push(err6);
        }
        errors++;
      }
      if (!(data1 === "NexlinkGateway")) {
        const err7 = { instancePath: instancePath + "/kind", schemaPath: "#/properties/kind/enum", keyword: "enum", params: { allowedValues: schema13.properties.kind.enum }, message: "must be equal to one of the allowed values", schema: schema13.properties.kind.enum, parentSchema: schema13.properties.kind, data: data1 };
        if (vErrors === null) {
          vErrors = [err7];
        } else {
          vErrors.push(err7);
        }
        errors++;
      }
    }
    if (data.metadata !== void 0) {
      let data2 = data.metadata;
      if (data2 && typeof data2 == "object" && !Array.isArray(data2)) {
        if (data2.name === void 0) {
          const err8 = { instancePath: instancePath + "/metadata", schemaPath: "#/properties/metadata/required", keyword: "required", params: { missingProperty: "name" }, message: "must have required property 'name'", schema: schema13.properties.metadata.required, parentSchema: schema13.properties.metadata, data: data2 };
          if (vErrors === null) {
            vErrors = [err8];
          } else {
            vErrors.push(err8);
          }
          errors++;
        }
        if (data2.name !== void 0) {
          let data3 = data2.name;
          if (typeof data3 === "string") {
            if (func2(data3) < 1) {
              const err9 = { instancePath: instancePath + "/metadata/name", schemaPath: "#/properties/metadata/properties/name/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema13.properties.metadata.properties.name, data: data3 };
              if (vErrors === null) {
                vErrors = [err9];
              } else {
                vErrors.push(err9);
              }
              errors++;
            }
          } else {
            const err10 = { instancePath: instancePath + "/metadata/name", schemaPath: "#/properties/metadata/properties/name/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema13.properties.metadata.properties.name.type, parentSchema: schema13.properties.metadata.properties.name, data: data3 };
            if (vErrors === null) {
              vErrors = [err10];
            } else {
              vErrors.push(err10);
            }
            errors++;
          }
        }
      } else {
        const err11 = { instancePath: instancePath + "/metadata", schemaPath: "#/properties/metadata/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.metadata.type, parentSchema: schema13.properties.metadata, data: data2 };
        if (vErrors === null) {
          vErrors = [err11];
        } else {
          vErrors.push(err11);
        }
        errors++;
      }
    }
    if (data.spec !== void 0) {
      let data4 = data.spec;
      if (data4 && typeof data4 == "object" && !Array.isArray(data4)) {
        if (data4.direction === void 0) {
          const err12 = { instancePath: instancePath + "/spec", schemaPath: "#/properties/spec/required", keyword: "required", params: { missingProperty: "direction" }, message: "must have required property 'direction'", schema: schema13.properties.spec.required, parentSchema: schema13.properties.spec, data: data4 };
          if (vErrors === null) {
            vErrors = [err12];
          } else {
            vErrors.push(err12);
          }
          errors++;
        }
        if (data4.realm === void 0) {
          const err13 = { instancePath: instancePath + "/spec", schemaPath: "#/properties/spec/required", keyword: "required", params: { missingProperty: "realm" }, message: "must have required property 'realm'", schema: schema13.properties.spec.required, parentSchema: schema13.properties.spec, data: data4 };
          if (vErrors === null) {
            vErrors = [err13];
          } else {
            vErrors.push(err13);
          }
          errors++;
        }
        if (data4.direction !== void 0) {
          let data5 = data4.direction;
          if (typeof data5 !== "string") {
            const err14 = { instancePath: instancePath + "/spec/direction", schemaPath: "#/properties/spec/properties/direction/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema13.properties.spec.properties.direction.type, parentSchema: schema13.properties.spec.properties.direction, data: data5 };
            if (vErrors === null) {
              vErrors = [err14];
            } else {
              vErrors.push(err14);
            }
            errors++;
          }
          if (!(data5 === "Export" || data5 === "Import")) {
            const err15 = { instancePath: instancePath + "/spec/direction", schemaPath: "#/properties/spec/properties/direction/enum", keyword: "enum", params: { allowedValues: schema13.properties.spec.properties.direction.enum }, message: "must be equal to one of the allowed values", schema: schema13.properties.spec.properties.direction.enum, parentSchema: schema13.properties.spec.properties.direction, data: data5 };
            if (vErrors === null) {
              vErrors = [err15];
            } else {
              vErrors.push(err15);
            }
            errors++;
          }
        }
        if (data4.realm !== void 0) {
          let data6 = data4.realm;
          if (typeof data6 === "string") {
            if (func2(data6) > 63) {
              const err16 = { instancePath: instancePath + "/spec/realm", schemaPath: "#/properties/spec/properties/realm/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema13.properties.spec.properties.realm, data: data6 };
              if (vErrors === null) {
                vErrors = [err16];
              } else {
                vErrors.push(err16);
              }
              errors++;
            }
            if (func2(data6) < 1) {
              const err17 = { instancePath: instancePath + "/spec/realm", schemaPath: "#/properties/spec/properties/realm/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema13.properties.spec.properties.realm, data: data6 };
              if (vErrors === null) {
                vErrors = [err17];
              } else {
                vErrors.push(err17);
              }
              errors++;
            }
            if (!pattern2.test(data6)) {
              const err18 = { instancePath: instancePath + "/spec/realm", schemaPath: "#/properties/spec/properties/realm/pattern", keyword: "pattern", params: { pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" }, message: 'must match pattern "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"', schema: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", parentSchema: schema13.properties.spec.properties.realm, data: data6 };
              if (vErrors === null) {
                vErrors = [err18];
              } else {
                vErrors.push(err18);
              }
              errors++;
            }
          } else {
            const err19 = { instancePath: instancePath + "/spec/realm", schemaPath: "#/properties/spec/properties/realm/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema13.properties.spec.properties.realm.type, parentSchema: schema13.properties.spec.properties.realm, data: data6 };
            if (vErrors === null) {
              vErrors = [err19];
            } else {
              vErrors.push(err19);
            }
            errors++;
          }
        }
        if (data4.replicas !== void 0) {
          let data7 = data4.replicas;
          if (!(typeof data7 == "number" && (!(data7 % 1) && !isNaN(data7)) && isFinite(data7))) {
            const err20 = { instancePath: instancePath + "/spec/replicas", schemaPath: "#/properties/spec/properties/replicas/type", keyword: "type", params: { type: "integer" }, message: "must be integer", schema: schema13.properties.spec.properties.replicas.type, parentSchema: schema13.properties.spec.properties.replicas, data: data7 };
            if (vErrors === null) {
              vErrors = [err20];
            } else {
              vErrors.push(err20);
            }
            errors++;
          }
          if (typeof data7 == "number" && isFinite(data7)) {
            if (data7 > 10 || isNaN(data7)) {
              const err21 = { instancePath: instancePath + "/spec/replicas", schemaPath: "#/properties/spec/properties/replicas/maximum", keyword: "maximum", params: { comparison: "<=", limit: 10 }, message: "must be <= 10", schema: 10, parentSchema: schema13.properties.spec.properties.replicas, data: data7 };
              if (vErrors === null) {
                vErrors = [err21];
              } else {
                vErrors.push(err21);
              }
              errors++;
            }
            if (data7 < 0 || isNaN(data7)) {
              const err22 = { instancePath: instancePath + "/spec/replicas", schemaPath: "#/properties/spec/properties/replicas/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0", schema: 0, parentSchema: schema13.properties.spec.properties.replicas, data: data7 };
              if (vErrors === null) {
                vErrors = [err22];
              } else {
                vErrors.push(err22);
              }
              errors++;
            }
          }
        }
        if (data4.tunnelIP !== void 0) {
          let data8 = data4.tunnelIP;
          if (typeof data8 === "string") {
            if (func2(data8) > 15) {
              const err23 = { instancePath: instancePath + "/spec/tunnelIP", schemaPath: "#/properties/spec/properties/tunnelIP/maxLength", keyword: "maxLength", params: { limit: 15 }, message: "must NOT have more than 15 characters", schema: 15, parentSchema: schema13.properties.spec.properties.tunnelIP, data: data8 };
              if (vErrors === null) {
                vErrors = [err23];
              } else {
                vErrors.push(err23);
              }
              errors++;
            }
          } else {
            const err24 = { instancePath: instancePath + "/spec/tunnelIP", schemaPath: "#/properties/spec/properties/tunnelIP/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema13.properties.spec.properties.tunnelIP.type, parentSchema: schema13.properties.spec.properties.tunnelIP, data: data8 };
            if (vErrors === null) {
              vErrors = [err24];
            } else {
              vErrors.push(err24);
            }
            errors++;
          }
        }
        if (data4.nexd !== void 0) {
          let data9 = data4.nexd;
          if (data9 && typeof data9 == "object" && !Array.isArray(data9)) {
            if (data9.image !== void 0) {
              let data10 = data9.image;
              if (typeof data10 === "string") {
                if (func2(data10) > 1024) {
                  const err25 = { instancePath: instancePath + "/spec/nexd/image", schemaPath: "#/properties/spec/properties/nexd/properties/image/maxLength", keyword: "maxLength", params: { limit: 1024 }, message: "must NOT have more than 1024 characters", schema: 1024, parentSchema: schema13.properties.spec.properties.nexd.properties.image, data: data10 };
                  if (vErrors === null) {
                    vErrors = [err25];
                  } else {
                    vErrors.push(err25);
                  }
                  errors++;
                }
                if (func2(data10) < 1) {
                  const err26 = { instancePath: instancePath + "/spec/nexd/image", schemaPath: "#/properties/spec/properties/nexd/properties/image/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema13.properties.spec.properties.nexd.properties.image, data: data10 };
                  if (vErrors === null) {
                    vErrors = [err26];
                  } else {
                    vErrors.push(err26);
                  }
                  errors++;
                }
              } else {
                const err27 = { instancePath: instancePath + "/spec/nexd/image", schemaPath: "#/properties/spec/properties/nexd/properties/image/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema13.properties.spec.properties.nexd.properties.image.type, parentSchema: schema13.properties.spec.properties.nexd.properties.image, data: data10 };
                if (vErrors === null) {
                  vErrors = [err27];
                } else {
                  vErrors.push(err27);
                }
                errors++;
              }
            }
            if (data9.resources !== void 0) {
              let data11 = data9.resources;
              if (data11 && typeof data11 == "object" && !Array.isArray(data11)) {
                if (data11.requests !== void 0) {
                  let data12 = data11.requests;
                  if (data12 && typeof data12 == "object" && !Array.isArray(data12)) {
                    if (Object.keys(data12).length > 16) {
                      const err28 = { instancePath: instancePath + "/spec/nexd/resources/requests", schemaPath: "#/properties/spec/properties/nexd/properties/resources/properties/requests/maxProperties", keyword: "maxProperties", params: { limit: 16 }, message: "must NOT have more than 16 properties", schema: 16, parentSchema: schema13.properties.spec.properties.nexd.properties.resources.properties.requests, data: data12 };
                      if (vErrors === null) {
                        vErrors = [err28];
                      } else {
                        vErrors.push(err28);
                      }
                      errors++;
                    }
                    for (const key0 in data12) {
                      let data13 = data12[key0];
                      if (!(typeof data13 == "number" && (!(data13 % 1) && !isNaN(data13)) && isFinite(data13)) && typeof data13 !== "string") {
                        const err29 = { instancePath: instancePath + "/spec/nexd/resources/requests/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/nexd/properties/resources/properties/requests/additionalProperties/type", keyword: "type", params: { type: schema13.properties.spec.properties.nexd.properties.resources.properties.requests.additionalProperties.type }, message: "must be integer,string", schema: schema13.properties.spec.properties.nexd.properties.resources.properties.requests.additionalProperties.type, parentSchema: schema13.properties.spec.properties.nexd.properties.resources.properties.requests.additionalProperties, data: data13 };
                        if (vErrors === null) {
                          vErrors = [err29];
                        } else {
                          vErrors.push(err29);
                        }
                        errors++;
                      }
                      if (typeof data13 == "number" && isFinite(data13)) {
                        if (data13 < 0 || isNaN(data13)) {
                          const err30 = { instancePath: instancePath + "/spec/nexd/resources/requests/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/nexd/properties/resources/properties/requests/additionalProperties/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0", schema: 0, parentSchema: schema13.properties.spec.properties.nexd.properties.resources.properties.requests.additionalProperties, data: data13 };
                          if (vErrors === null) {
                            vErrors = [err30];
                          } else {
                            vErrors.push(err30);
                          }
                          errors++;
                        }
                      }
                      if (typeof data13 === "string") {
                        if (func2(data13) > 32) {
                          const err31 = { instancePath: instancePath + "/spec/nexd/resources/requests/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/nexd/properties/resources/properties/requests/additionalProperties/maxLength", keyword: "maxLength", params: { limit: 32 }, message: "must NOT have more than 32 characters", schema: 32, parentSchema: schema13.properties.spec.properties.nexd.properties.resources.properties.requests.additionalProperties, data: data13 };
                          if (vErrors === null) {
                            vErrors = [err31];
                          } else {
                            vErrors.push(err31);
                          }
                          errors++;
                        }
                        if (!pattern22.test(data13)) {
                          const err32 = { instancePath: instancePath + "/spec/nexd/resources/requests/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/nexd/properties/resources/properties/requests/additionalProperties/pattern", keyword: "pattern", params: { pattern: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$" }, message: 'must match pattern "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$"', schema: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", parentSchema: schema13.properties.spec.properties.nexd.properties.resources.properties.requests.additionalProperties, data: data13 };
                          if (vErrors === null) {
                            vErrors = [err32];
                          } else {
                            vErrors.push(err32);
                          }
                          errors++;
                        }
                      }
                    }
                  } else {
                    const err33 = { instancePath: instancePath + "/spec/nexd/resources/requests", schemaPath: "#/properties/spec/properties/nexd/properties/resources/properties/requests/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.properties.nexd.properties.resources.properties.requests.type, parentSchema: schema13.properties.spec.properties.nexd.properties.resources.properties.requests, data: data12 };
                    if (vErrors === null) {
                      vErrors = [err33];
                    } else {
                      vErrors.push(err33);
                    }
                    errors++;
                  }
                }
                if (data11.limits !== void 0) {
                  let data14 = data11.limits;
                  if (data14 && typeof data14 == "object" && !Array.isArray(data14)) {
                    if (Object.keys(data14).length > 16) {
                      const err34 = { instancePath: instancePath + "/spec/nexd/resources/limits", schemaPath: "#/properties/spec/properties/nexd/properties/resources/properties/limits/maxProperties", keyword: "maxProperties", params: { limit: 16 }, message: "must NOT have more than 16 properties", schema: 16, parentSchema: schema13.properties.spec.properties.nexd.properties.resources.properties.limits, data: data14 };
                      if (vErrors === null) {
                        vErrors = [err34];
                      } else {
                        vErrors.push(err34);
                      }
                      errors++;
                    }
                    for (const key1 in data14) {
                      let data15 = data14[key1];
                      if (!(typeof data15 == "number" && (!(data15 % 1) && !isNaN(data15)) && isFinite(data15)) && typeof data15 !== "string") {
                        const err35 = { instancePath: instancePath + "/spec/nexd/resources/limits/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/nexd/properties/resources/properties/limits/additionalProperties/type", keyword: "type", params: { type: schema13.properties.spec.properties.nexd.properties.resources.properties.limits.additionalProperties.type }, message: "must be integer,string", schema: schema13.properties.spec.properties.nexd.properties.resources.properties.limits.additionalProperties.type, parentSchema: schema13.properties.spec.properties.nexd.properties.resources.properties.limits.additionalProperties, data: data15 };
                        if (vErrors === null) {
                          vErrors = [err35];
                        } else {
                          vErrors.push(err35);
                        }
                        errors++;
                      }
                      if (typeof data15 == "number" && isFinite(data15)) {
                        if (data15 < 0 || isNaN(data15)) {
                          const err36 = { instancePath: instancePath + "/spec/nexd/resources/limits/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/nexd/properties/resources/properties/limits/additionalProperties/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0", schema: 0, parentSchema: schema13.properties.spec.properties.nexd.properties.resources.properties.limits.additionalProperties, data: data15 };
                          if (vErrors === null) {
                            vErrors = [err36];
                          } else {
                            vErrors.push(err36);
                          }
                          errors++;
                        }
                      }
                      if (typeof data15 === "string") {
                        if (func2(data15) > 32) {
                          const err37 = { instancePath: instancePath + "/spec/nexd/resources/limits/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/nexd/properties/resources/properties/limits/additionalProperties/maxLength", keyword: "maxLength", params: { limit: 32 }, message: "must NOT have more than 32 characters", schema: 32, parentSchema: schema13.properties.spec.properties.nexd.properties.resources.properties.limits.additionalProperties, data: data15 };
                          if (vErrors === null) {
                            vErrors = [err37];
                          } else {
                            vErrors.push(err37);
                          }
                          errors++;
                        }
                        if (!pattern22.test(data15)) {
                          const err38 = { instancePath: instancePath + "/spec/nexd/resources/limits/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/nexd/properties/resources/properties/limits/additionalProperties/pattern", keyword: "pattern", params: { pattern: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$" }, message: 'must match pattern "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$"', schema: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", parentSchema: schema13.properties.spec.properties.nexd.properties.resources.properties.limits.additionalProperties, data: data15 };
                          if (vErrors === null) {
                            vErrors = [err38];
                          } else {
                            vErrors.push(err38);
                          }
                          errors++;
                        }
                      }
                    }
                  } else {
                    const err39 = { instancePath: instancePath + "/spec/nexd/resources/limits", schemaPath: "#/properties/spec/properties/nexd/properties/resources/properties/limits/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.properties.nexd.properties.resources.properties.limits.type, parentSchema: schema13.properties.spec.properties.nexd.properties.resources.properties.limits, data: data14 };
                    if (vErrors === null) {
                      vErrors = [err39];
                    } else {
                      vErrors.push(err39);
                    }
                    errors++;
                  }
                }
              } else {
                const err40 = { instancePath: instancePath + "/spec/nexd/resources", schemaPath: "#/properties/spec/properties/nexd/properties/resources/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.properties.nexd.properties.resources.type, parentSchema: schema13.properties.spec.properties.nexd.properties.resources, data: data11 };
                if (vErrors === null) {
                  vErrors = [err40];
                } else {
                  vErrors.push(err40);
                }
                errors++;
              }
            }
          } else {
            const err41 = { instancePath: instancePath + "/spec/nexd", schemaPath: "#/properties/spec/properties/nexd/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.properties.nexd.type, parentSchema: schema13.properties.spec.properties.nexd, data: data9 };
            if (vErrors === null) {
              vErrors = [err41];
            } else {
              vErrors.push(err41);
            }
            errors++;
          }
        }
        if (data4.agent !== void 0) {
          let data16 = data4.agent;
          if (data16 && typeof data16 == "object" && !Array.isArray(data16)) {
            if (data16.resources !== void 0) {
              let data17 = data16.resources;
              if (data17 && typeof data17 == "object" && !Array.isArray(data17)) {
                if (data17.requests !== void 0) {
                  let data18 = data17.requests;
                  if (data18 && typeof data18 == "object" && !Array.isArray(data18)) {
                    if (Object.keys(data18).length > 16) {
                      const err42 = { instancePath: instancePath + "/spec/agent/resources/requests", schemaPath: "#/properties/spec/properties/agent/properties/resources/properties/requests/maxProperties", keyword: "maxProperties", params: { limit: 16 }, message: "must NOT have more than 16 properties", schema: 16, parentSchema: schema13.properties.spec.properties.agent.properties.resources.properties.requests, data: data18 };
                      if (vErrors === null) {
                        vErrors = [err42];
                      } else {
                        vErrors.push(err42);
                      }
                      errors++;
                    }
                    for (const key2 in data18) {
                      let data19 = data18[key2];
                      if (!(typeof data19 == "number" && (!(data19 % 1) && !isNaN(data19)) && isFinite(data19)) && typeof data19 !== "string") {
                        const err43 = { instancePath: instancePath + "/spec/agent/resources/requests/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/agent/properties/resources/properties/requests/additionalProperties/type", keyword: "type", params: { type: schema13.properties.spec.properties.agent.properties.resources.properties.requests.additionalProperties.type }, message: "must be integer,string", schema: schema13.properties.spec.properties.agent.properties.resources.properties.requests.additionalProperties.type, parentSchema: schema13.properties.spec.properties.agent.properties.resources.properties.requests.additionalProperties, data: data19 };
                        if (vErrors === null) {
                          vErrors = [err43];
                        } else {
                          vErrors.push(err43);
                        }
                        errors++;
                      }
                      if (typeof data19 == "number" && isFinite(data19)) {
                        if (data19 < 0 || isNaN(data19)) {
                          const err44 = { instancePath: instancePath + "/spec/agent/resources/requests/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/agent/properties/resources/properties/requests/additionalProperties/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0", schema: 0, parentSchema: schema13.properties.spec.properties.agent.properties.resources.properties.requests.additionalProperties, data: data19 };
                          if (vErrors === null) {
                            vErrors = [err44];
                          } else {
                            vErrors.push(err44);
                          }
                          errors++;
                        }
                      }
                      if (typeof data19 === "string") {
                        if (func2(data19) > 32) {
                          const err45 = { instancePath: instancePath + "/spec/agent/resources/requests/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/agent/properties/resources/properties/requests/additionalProperties/maxLength", keyword: "maxLength", params: { limit: 32 }, message: "must NOT have more than 32 characters", schema: 32, parentSchema: schema13.properties.spec.properties.agent.properties.resources.properties.requests.additionalProperties, data: data19 };
                          if (vErrors === null) {
                            vErrors = [err45];
                          } else {
                            vErrors.push(err45);
                          }
                          errors++;
                        }
                        if (!pattern22.test(data19)) {
                          const err46 = { instancePath: instancePath + "/spec/agent/resources/requests/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/agent/properties/resources/properties/requests/additionalProperties/pattern", keyword: "pattern", params: { pattern: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$" }, message: 'must match pattern "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$"', schema: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", parentSchema: schema13.properties.spec.properties.agent.properties.resources.properties.requests.additionalProperties, data: data19 };
                          if (vErrors === null) {
                            vErrors = [err46];
                          } else {
                            vErrors.push(err46);
                          }
                          errors++;
                        }
                      }
                    }
                  } else {
                    const err47 = { instancePath: instancePath + "/spec/agent/resources/requests", schemaPath: "#/properties/spec/properties/agent/properties/resources/properties/requests/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.properties.agent.properties.resources.properties.requests.type, parentSchema: schema13.properties.spec.properties.agent.properties.resources.properties.requests, data: data18 };
                    if (vErrors === null) {
                      vErrors = [err47];
                    } else {
                      vErrors.push(err47);
                    }
                    errors++;
                  }
                }
                if (data17.limits !== void 0) {
                  let data20 = data17.limits;
                  if (data20 && typeof data20 == "object" && !Array.isArray(data20)) {
                    if (Object.keys(data20).length > 16) {
                      const err48 = { instancePath: instancePath + "/spec/agent/resources/limits", schemaPath: "#/properties/spec/properties/agent/properties/resources/properties/limits/maxProperties", keyword: "maxProperties", params: { limit: 16 }, message: "must NOT have more than 16 properties", schema: 16, parentSchema: schema13.properties.spec.properties.agent.properties.resources.properties.limits, data: data20 };
                      if (vErrors === null) {
                        vErrors = [err48];
                      } else {
                        vErrors.push(err48);
                      }
                      errors++;
                    }
                    for (const key3 in data20) {
                      let data21 = data20[key3];
                      if (!(typeof data21 == "number" && (!(data21 % 1) && !isNaN(data21)) && isFinite(data21)) && typeof data21 !== "string") {
                        const err49 = { instancePath: instancePath + "/spec/agent/resources/limits/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/agent/properties/resources/properties/limits/additionalProperties/type", keyword: "type", params: { type: schema13.properties.spec.properties.agent.properties.resources.properties.limits.additionalProperties.type }, message: "must be integer,string", schema: schema13.properties.spec.properties.agent.properties.resources.properties.limits.additionalProperties.type, parentSchema: schema13.properties.spec.properties.agent.properties.resources.properties.limits.additionalProperties, data: data21 };
                        if (vErrors === null) {
                          vErrors = [err49];
                        } else {
                          vErrors.push(err49);
                        }
                        errors++;
                      }
                      if (typeof data21 == "number" && isFinite(data21)) {
                        if (data21 < 0 || isNaN(data21)) {
                          const err50 = { instancePath: instancePath + "/spec/agent/resources/limits/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/agent/properties/resources/properties/limits/additionalProperties/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0", schema: 0, parentSchema: schema13.properties.spec.properties.agent.properties.resources.properties.limits.additionalProperties, data: data21 };
                          if (vErrors === null) {
                            vErrors = [err50];
                          } else {
                            vErrors.push(err50);
                          }
                          errors++;
                        }
                      }
                      if (typeof data21 === "string") {
                        if (func2(data21) > 32) {
                          const err51 = { instancePath: instancePath + "/spec/agent/resources/limits/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/agent/properties/resources/properties/limits/additionalProperties/maxLength", keyword: "maxLength", params: { limit: 32 }, message: "must NOT have more than 32 characters", schema: 32, parentSchema: schema13.properties.spec.properties.agent.properties.resources.properties.limits.additionalProperties, data: data21 };
                          if (vErrors === null) {
                            vErrors = [err51];
                          } else {
                            vErrors.push(err51);
                          }
                          errors++;
                        }
                        if (!pattern22.test(data21)) {
                          const err52 = { instancePath: instancePath + "/spec/agent/resources/limits/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/agent/properties/resources/properties/limits/additionalProperties/pattern", keyword: "pattern", params: { pattern: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$" }, message: 'must match pattern "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$"', schema: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$", parentSchema: schema13.properties.spec.properties.agent.properties.resources.properties.limits.additionalProperties, data: data21 };
                          if (vErrors === null) {
                            vErrors = [err52];
                          } else {
                            vErrors.push(err52);
                          }
                          errors++;
                        }
                      }
                    }
                  } else {
                    const err53 = { instancePath: instancePath + "/spec/agent/resources/limits", schemaPath: "#/properties/spec/properties/agent/properties/resources/properties/limits/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.properties.agent.properties.resources.properties.limits.type, parentSchema: schema13.properties.spec.properties.agent.properties.resources.properties.limits, data: data20 };
                    if (vErrors === null) {
                      vErrors = [err53];
                    } else {
                      vErrors.push(err53);
                    }
                    errors++;
                  }
                }
              } else {
                const err54 = { instancePath: instancePath + "/spec/agent/resources", schemaPath: "#/properties/spec/properties/agent/properties/resources/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.properties.agent.properties.resources.type, parentSchema: schema13.properties.spec.properties.agent.properties.resources, data: data17 };
                if (vErrors === null) {
                  vErrors = [err54];
                } else {
                  vErrors.push(err54);
                }
                errors++;
              }
            }
          } else {
            const err55 = { instancePath: instancePath + "/spec/agent", schemaPath: "#/properties/spec/properties/agent/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.properties.agent.type, parentSchema: schema13.properties.spec.properties.agent, data: data16 };
            if (vErrors === null) {
              vErrors = [err55];
            } else {
              vErrors.push(err55);
            }
            errors++;
          }
        }
        if (data4.podTemplate !== void 0) {
          let data22 = data4.podTemplate;
          if (data22 && typeof data22 == "object" && !Array.isArray(data22)) {
            if (data22.metadata !== void 0) {
              let data23 = data22.metadata;
              if (data23 && typeof data23 == "object" && !Array.isArray(data23)) {
                if (data23.labels !== void 0) {
                  let data24 = data23.labels;
                  if (data24 && typeof data24 == "object" && !Array.isArray(data24)) {
                    if (Object.keys(data24).length > 64) {
                      const err56 = { instancePath: instancePath + "/spec/podTemplate/metadata/labels", schemaPath: "#/properties/spec/properties/podTemplate/properties/metadata/properties/labels/maxProperties", keyword: "maxProperties", params: { limit: 64 }, message: "must NOT have more than 64 properties", schema: 64, parentSchema: schema13.properties.spec.properties.podTemplate.properties.metadata.properties.labels, data: data24 };
                      if (vErrors === null) {
                        vErrors = [err56];
                      } else {
                        vErrors.push(err56);
                      }
                      errors++;
                    }
                    for (const key4 in data24) {
                      let data25 = data24[key4];
                      if (typeof data25 === "string") {
                        if (func2(data25) > 63) {
                          const err57 = { instancePath: instancePath + "/spec/podTemplate/metadata/labels/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/podTemplate/properties/metadata/properties/labels/additionalProperties/maxLength", keyword: "maxLength", params: { limit: 63 }, message: "must NOT have more than 63 characters", schema: 63, parentSchema: schema13.properties.spec.properties.podTemplate.properties.metadata.properties.labels.additionalProperties, data: data25 };
                          if (vErrors === null) {
                            vErrors = [err57];
                          } else {
                            vErrors.push(err57);
                          }
                          errors++;
                        }
                        if (!pattern13.test(data25)) {
                          const err58 = { instancePath: instancePath + "/spec/podTemplate/metadata/labels/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/podTemplate/properties/metadata/properties/labels/additionalProperties/pattern", keyword: "pattern", params: { pattern: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$" }, message: 'must match pattern "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"', schema: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", parentSchema: schema13.properties.spec.properties.podTemplate.properties.metadata.properties.labels.additionalProperties, data: data25 };
                          if (vErrors === null) {
                            vErrors = [err58];
                          } else {
                            vErrors.push(err58);
                          }
                          errors++;
                        }
                      } else {
                        const err59 = { instancePath: instancePath + "/spec/podTemplate/metadata/labels/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/podTemplate/properties/metadata/properties/labels/additionalProperties/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema13.properties.spec.properties.podTemplate.properties.metadata.properties.labels.additionalProperties.type, parentSchema: schema13.properties.spec.properties.podTemplate.properties.metadata.properties.labels.additionalProperties, data: data25 };
                        if (vErrors === null) {
                          vErrors = [err59];
                        } else {
                          vErrors.push(err59);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err60 = { instancePath: instancePath + "/spec/podTemplate/metadata/labels", schemaPath: "#/properties/spec/properties/podTemplate/properties/metadata/properties/labels/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.properties.podTemplate.properties.metadata.properties.labels.type, parentSchema: schema13.properties.spec.properties.podTemplate.properties.metadata.properties.labels, data: data24 };
                    if (vErrors === null) {
                      vErrors = [err60];
                    } else {
                      vErrors.push(err60);
                    }
                    errors++;
                  }
                }
                if (data23.annotations !== void 0) {
                  let data26 = data23.annotations;
                  if (data26 && typeof data26 == "object" && !Array.isArray(data26)) {
                    for (const key5 in data26) {
                      let data27 = data26[key5];
                      if (typeof data27 !== "string") {
                        const err61 = { instancePath: instancePath + "/spec/podTemplate/metadata/annotations/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/spec/properties/podTemplate/properties/metadata/properties/annotations/additionalProperties/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema13.properties.spec.properties.podTemplate.properties.metadata.properties.annotations.additionalProperties.type, parentSchema: schema13.properties.spec.properties.podTemplate.properties.metadata.properties.annotations.additionalProperties, data: data27 };
                        if (vErrors === null) {
                          vErrors = [err61];
                        } else {
                          vErrors.push(err61);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err62 = { instancePath: instancePath + "/spec/podTemplate/metadata/annotations", schemaPath: "#/properties/spec/properties/podTemplate/properties/metadata/properties/annotations/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.properties.podTemplate.properties.metadata.properties.annotations.type, parentSchema: schema13.properties.spec.properties.podTemplate.properties.metadata.properties.annotations, data: data26 };
                    if (vErrors === null) {
                      vErrors = [err62];
                    } else {
                      vErrors.push(err62);
                    }
                    errors++;
                  }
                }
              } else {
                const err63 = { instancePath: instancePath + "/spec/podTemplate/metadata", schemaPath: "#/properties/spec/properties/podTemplate/properties/metadata/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.properties.podTemplate.properties.metadata.type, parentSchema: schema13.properties.spec.properties.podTemplate.properties.metadata, data: data23 };
                if (vErrors === null) {
                  vErrors = [err63];
                } else {
                  vErrors.push(err63);
                }
                errors++;
              }
            }
            if (data22.spec !== void 0) {
              let data28 = data22.spec;
              if (!(data28 && typeof data28 == "object" && !Array.isArray(data28))) {
                const err64 = { instancePath: instancePath + "/spec/podTemplate/spec", schemaPath: "#/properties/spec/properties/podTemplate/properties/spec/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.properties.podTemplate.properties.spec.type, parentSchema: schema13.properties.spec.properties.podTemplate.properties.spec, data: data28 };
                if (vErrors === null) {
                  vErrors = [err64];
                } else {
                  vErrors.push(err64);
                }
                errors++;
              }
            }
          } else {
            const err65 = { instancePath: instancePath + "/spec/podTemplate", schemaPath: "#/properties/spec/properties/podTemplate/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.properties.podTemplate.type, parentSchema: schema13.properties.spec.properties.podTemplate, data: data22 };
            if (vErrors === null) {
              vErrors = [err65];
            } else {
              vErrors.push(err65);
            }
            errors++;
          }
        }
      } else {
        const err66 = { instancePath: instancePath + "/spec", schemaPath: "#/properties/spec/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.properties.spec.type, parentSchema: schema13.properties.spec, data: data4 };
        if (vErrors === null) {
          vErrors = [err66];
        } else {
          vErrors.push(err66);
        }
        errors++;
      }
    }
  } else {
    const err67 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema13.type, parentSchema: schema13, data };
    if (vErrors === null) {
      vErrors = [err67];
    } else {
      vErrors.push(err67);
    }
    errors++;
  }
  validate12.errors = vErrors;
  return errors === 0;
}
export {
  NexlinkExport,
  NexlinkGateway,
  NexlinkImport
};
