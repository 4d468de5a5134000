"""OpenAI's own package against the studio, unmodified. Prints one JSON object of what each call gave; the test judges it."""
import base64
import io
import json
import sys

import openai

url, key, folder = sys.argv[1:4]
client = openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)
told = {"version": openai.__version__}


def failure(call):
    try:
        call()
    except openai.APIError as error:
        status = getattr(error, "status_code", None)
        return {"class": type(error).__name__, "status": status, "code": error.code, "param": error.param}
    return {"class": "none"}


def save(name, b64):
    with open(f"{folder}/{name}.png", "wb") as file:
        file.write(base64.b64decode(b64))


made = client.images.generate(model="gpt-image-1", prompt="a red fox at dusk", size="512x512", n=2)
told["generated"] = {"count": len(made.data), "size": made.size, "tokens": made.usage.total_tokens}
save("fox", made.data[0].b64_json)

with open(f"{folder}/photo.png", "rb") as image, open(f"{folder}/mask.png", "rb") as mask:
    edited = client.images.edit(model="gpt-image-1", prompt="a field of poppies", image=image, mask=mask)
save("edited", edited.data[0].b64_json)

photo = open(f"{folder}/photo.png", "rb").read()
several = client.images.edit(prompt="in winter", image=[("a.png", io.BytesIO(photo)), ("b.png", io.BytesIO(photo))])
told["several"] = several.size
told["variations"] = len(client.images.create_variation(image=photo, n=2, size="256x256").data)
told["address"] = client.images.generate(model="dall-e-3", prompt="a lighthouse", size="1024x1024").data[0].url

events = client.images.generate(prompt="a bridge", size="512x512", stream=True, partial_images=1)
told["events"] = [event.type for event in events]
told["models"] = [model.id for model in client.models.list()]

told["moderated"] = failure(lambda: client.images.generate(prompt="a cannon"))
told["retired"] = failure(lambda: client.images.generate(prompt="a hill", model="titan-image-v2"))
told["throttled"] = failure(lambda: client.images.generate(prompt="busy", model="dear", size="64x64"))
told["wrong"] = failure(lambda: client.images.generate(prompt="a hill", size="1x99999"))
told["unknown"] = failure(lambda: openai.OpenAI(base_url=f"{url}/v1", api_key="gz_x", max_retries=0).models.list())
client.images.generate(prompt="a hill", model="dear", size="64x64")
told["limited"] = failure(lambda: client.images.generate(prompt="another hill", model="dear", size="64x64"))
print(json.dumps(told))
