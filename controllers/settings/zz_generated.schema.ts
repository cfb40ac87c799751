// Written by `npm run generate`; do not edit.
import type { KeySchema } from './keys.ts';

export const settingsSchema: KeySchema = {
  "$schema": "http://json-schema.org/draft-07/schema#",
  "title": "Settings of the Nexlink controller",
  "type": "object",
  "properties": {
    "nexodus": {
      "type": "object",
      "properties": {
        "url": {
          "type": "string",
          "description": "The address of the Nexodus service. The hosts `api.` and `auth.` before its name are used too. With `NEXODUS_BUILD_PROFILE=dev` in the environment the default is `https://try.nexodus.127.0.0.1.nip.io`.",
          "default": "https://try.nexodus.io",
          "maxLength": 1024,
          "pattern": "^https://[^/@?#]+/?$",
          "patternMessage": "not the https address of a service: write https://, a host name and perhaps a port, nothing more"
        },
        "vpcID": {
          "type": "string",
          "description": "The id of the VPC that devices join. Default: the VPC of the user, which has the same id as the user's organization.",
          "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
          "patternMessage": "not the id of a VPC: write the UUID that `nexctl vpc list` shows"
        },
        "caFile": {
          "type": "string",
          "description": "A file with certificates (PEM) of the authority that signed those of the Nexodus service. Its content is handed to the gateways. Default: the roots that come with the images.",
          "minLength": 1
        },
        "insecureSkipTLSVerify": {
          "type": "boolean",
          "description": "Do not check the certificates of the Nexodus service. For trials only: anybody on the way can read the credentials.",
          "default": false
        }
      },
      "additionalProperties": false,
      "default": {}
    },
    "realm": {
      "type": "string",
      "description": "The realm of namespaces that have no label `nexlink.nexodus.io/realm`. Default: each namespace's own name, so that namespaces of equal names find each other.",
      "minLength": 1,
      "maxLength": 63,
      "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
      "patternMessage": "not a DNS label: write lower-case letters, digits and '-', with a letter or digit at both ends"
    },
    "autoImport": {
      "type": "string",
      "enum": [
        "labeled",
        "all",
        "none"
      ],
      "description": "Which namespaces get a NexlinkImport for everything that other clusters export to their realm. `labeled`: those with the label `nexlink.nexodus.io/import: \"true\"`. `all`: every one but `kube-*` and the controller's own. `none`: no namespace, imports are made by hand.",
      "default": "labeled"
    },
    "gateway": {
      "type": "object",
      "properties": {
        "replicas": {
          "type": "integer",
          "description": "Pods of a gateway that does not say how many, each a Nexodus device.",
          "default": 2,
          "minimum": 0,
          "maximum": 10
        },
        "nexd": {
          "type": "object",
          "properties": {
            "image": {
              "type": "string",
              "description": "The image with nexd.",
              "default": "quay.io/nexodus/nexd:latest",
              "minLength": 1,
              "maxLength": 1024
            },
            "resources": {
              "type": "object",
              "properties": {
                "requests": {
                  "type": "object",
                  "additionalProperties": {
                    "type": [
                      "number",
                      "string"
                    ],
                    "description": "An amount, such as 2, 500m, 64Mi.",
                    "minimum": 0,
                    "maxLength": 32,
                    "pattern": "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$",
                    "patternMessage": "not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi"
                  },
                  "description": "What is set aside for it.",
                  "maxProperties": 16
                },
                "limits": {
                  "type": "object",
                  "additionalProperties": {
                    "type": [
                      "number",
                      "string"
                    ],
                    "description": "An amount, such as 2, 500m, 64Mi.",
                    "minimum": 0,
                    "maxLength": 32,
                    "pattern": "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$",
                    "patternMessage": "not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi"
                  },
                  "description": "What it may use at most.",
                  "maxProperties": 16
                }
              },
              "additionalProperties": false,
              "description": "CPU and memory of the container nexd. Default: requests of 50m and 48Mi, no limits."
            }
          },
          "additionalProperties": false,
          "default": {}
        },
        "agent": {
          "type": "object",
          "properties": {
            "image": {
              "type": "string",
              "description": "The image with the agent. Default: the environment variable `NEXLINK_AGENT_IMAGE`, which the Deployment sets to the controller's own image.",
              "minLength": 1,
              "maxLength": 1024
            },
            "resources": {
              "type": "object",
              "properties": {
                "requests": {
                  "type": "object",
                  "additionalProperties": {
                    "type": [
                      "number",
                      "string"
                    ],
                    "description": "An amount, such as 2, 500m, 64Mi.",
                    "minimum": 0,
                    "maxLength": 32,
                    "pattern": "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$",
                    "patternMessage": "not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi"
                  },
                  "description": "What is set aside for it.",
                  "maxProperties": 16
                },
                "limits": {
                  "type": "object",
                  "additionalProperties": {
                    "type": [
                      "number",
                      "string"
                    ],
                    "description": "An amount, such as 2, 500m, 64Mi.",
                    "minimum": 0,
                    "maxLength": 32,
                    "pattern": "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[kMGTPEmun]|[eE][-+]?[0-9]+)?$",
                    "patternMessage": "not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi"
                  },
                  "description": "What it may use at most.",
                  "maxProperties": 16
                }
              },
              "additionalProperties": false,
              "description": "CPU and memory of the container agent. Default: requests of 50m and 48Mi, no limits."
            }
          },
          "additionalProperties": false,
          "default": {}
        },
        "stunServers": {
          "type": "array",
          "items": {
            "type": "string",
            "description": "A host and a port.",
            "maxLength": 260,
            "pattern": "^([^:/\\s,]+|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$",
            "patternMessage": "not a host with a port: write for example stun.example.com:3478"
          },
          "description": "STUN servers that nexd asks for its public address, as `host:port`; it needs two to tell what kind of NAT it is behind. Default: nexd's own.",
          "default": [],
          "maxItems": 16
        },
        "hostAliases": {
          "type": "array",
          "items": {
            "type": "object",
            "properties": {
              "ip": {
                "type": "string",
                "description": "IPv4 or IPv6 address."
              },
              "hostnames": {
                "type": "array",
                "items": {
                  "type": "string"
                },
                "minItems": 1
              }
            },
            "required": [
              "ip",
              "hostnames"
            ],
            "additionalProperties": false
          },
          "description": "Lines for `/etc/hosts` of gateway pods, for Nexodus services that no name server knows. As in a Pod.",
          "default": [],
          "maxItems": 64
        },
        "imagePullPolicy": {
          "type": "string",
          "enum": [
            "Always",
            "IfNotPresent",
            "Never"
          ],
          "description": "When the kubelet pulls the images of gateway pods. Default: as in a Pod."
        }
      },
      "additionalProperties": false,
      "default": {}
    },
    "serviceAccountName": {
      "type": "string",
      "description": "A ServiceAccount for the pods of gateways, which then has to exist in each of their namespaces. Default: the controller makes one for each gateway.",
      "minLength": 1,
      "maxLength": 63,
      "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
      "patternMessage": "not a DNS label: write lower-case letters, digits and '-', with a letter or digit at both ends"
    },
    "credentialsSecret": {
      "type": "object",
      "properties": {
        "namespace": {
          "type": "string",
          "description": "Default: the namespace of the controller.",
          "minLength": 1,
          "maxLength": 63,
          "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
          "patternMessage": "not a DNS label: write lower-case letters, digits and '-', with a letter or digit at both ends"
        },
        "name": {
          "type": "string",
          "description": "The Secret with the login of the Nexodus user: keys `username` and `password`, or `refreshToken`. It is read again when it changes.",
          "default": "nexodus-credentials",
          "minLength": 1,
          "maxLength": 253
        }
      },
      "additionalProperties": false,
      "description": "The Secret with the login of the Nexodus user.",
      "default": {}
    },
    "log": {
      "type": "object",
      "properties": {
        "level": {
          "type": "string",
          "enum": [
            "debug",
            "info",
            "warn",
            "error"
          ],
          "description": "The least important lines that are written.",
          "default": "info"
        },
        "format": {
          "type": "string",
          "enum": [
            "json",
            "text"
          ],
          "description": "`json`: one object a line. `text`: for people.",
          "default": "json"
        }
      },
      "additionalProperties": false,
      "default": {}
    },
    "metrics": {
      "type": "object",
      "properties": {
        "enabled": {
          "type": "boolean",
          "description": "Serve metrics for Prometheus.",
          "default": true
        },
        "address": {
          "type": "string",
          "description": "Where `/metrics` is served.",
          "pattern": "^([^:/\\s]*|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$",
          "patternMessage": "not an address to listen on: write :port, or host:port",
          "default": ":8080"
        }
      },
      "additionalProperties": false,
      "default": {}
    },
    "health": {
      "type": "object",
      "properties": {
        "address": {
          "type": "string",
          "description": "Where `/healthz` and `/readyz` are served.",
          "pattern": "^([^:/\\s]*|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$",
          "patternMessage": "not an address to listen on: write :port, or host:port",
          "default": ":8081"
        }
      },
      "additionalProperties": false,
      "default": {}
    },
    "leaderElection": {
      "type": "object",
      "properties": {
        "enabled": {
          "type": "boolean",
          "description": "Elect one of several replicas to work. Without it there must not be more than one.",
          "default": true
        },
        "leaseName": {
          "type": "string",
          "description": "The Lease in the controller's namespace.",
          "minLength": 1,
          "maxLength": 63,
          "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$",
          "patternMessage": "not a Service's name: write lower-case letters, digits and '-', a letter first and no '-' last",
          "default": "nexlink-controller"
        }
      },
      "additionalProperties": false,
      "default": {}
    }
  },
  "additionalProperties": false,
  "description": "The controller's settings. The docstrings are the documentation, and the source of the schema, the defaults and the names of the environment variables: `npm run generate` after a change."
};
