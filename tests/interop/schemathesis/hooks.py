"""Signs what Schemathesis makes up, with the signer of the Python client."""

import os
import time

import requests
import schemathesis
import signer


class AppSignature(requests.auth.AuthBase):
    """Comes last, when the URL is as it will be sent."""

    def __call__(self, request):
        app = (os.environ["KOODRIVE_APP_ID"], os.environ["KOODRIVE_APP_SECRET"])
        user_id, x_date = os.environ["KOODRIVE_USER_ID"], signer.x_date_at(time.time())
        signed = signer.sign(request.method, request.url, [], *app, user_id, x_date)
        request.headers["X-User-Id"] = user_id
        request.headers["X-Date"] = x_date
        request.headers["Authorization"] = signed["authorization"]
        return request


schemathesis.auth.set_from_requests(AppSignature())
