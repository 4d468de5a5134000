import { SIM_KEYS, startBedrockSim } from './sim.ts'

const port = Number(process.env.PORT ?? 4566)
const latencyMs = Number(process.env.SIM_LATENCY_MS ?? 1200)
const sim = await startBedrockSim({ port, latencyMs, servesRetired: process.env.SIM_RETIRED === '1' })
const key = Object.keys(SIM_KEYS)[0]

process.stdout.write(`A stand-in for Amazon Bedrock listens on ${sim.url}; its pictures are made by rules, not by AI.
Put these lines into .env.local and start the studio:

AWS_BEARER_TOKEN_BEDROCK=${key}
GENZO_BEDROCK_ENDPOINT=${sim.url}
BEDROCK_MODEL_ID=amazon.nova-lite-v1:0
BEDROCK_EMBEDDING_MODEL_ID=amazon.titan-embed-image-v1

Other programs find it by AWS_ENDPOINT_URL_BEDROCK_RUNTIME and AWS_ENDPOINT_URL_BEDROCK.
Order trouble by a prompt (\`sim:throttle\`, \`sim:filter\`, \`sim:guardrail\` …) or for the next call of any kind:
  curl -d '{"trouble":["unavailable"],"latencyMs":3000}' ${sim.url}/__sim
`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void sim.close().then(() => process.exit(0)))
