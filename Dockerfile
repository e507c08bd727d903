# The page in a container, on the processor: 1.4 GB of packages, none of CUDA's.
#
#     docker build -t digit-duel . && docker run --rm --init -p 7860:7860 digit-duel
#
# Then open http://127.0.0.1:7860; Ctrl-C ends it. MNIST is downloaded at the first training, and again by the next
# container unless `-v digits:/app/data` keeps it.
FROM python:3.12-slim

WORKDIR /app
COPY requirements.txt tests/constraints.txt ./

# From PyTorch's own index, which has builds without CUDA; what they need comes from PyPI in the second step.
RUN pip install --no-cache-dir --no-deps --index-url https://download.pytorch.org/whl/cpu torch==2.11.0 torchvision==0.26.0
RUN pip install --no-cache-dir -r requirements.txt -c constraints.txt

RUN useradd --create-home duel && mkdir data && chown duel data

COPY app.py LICENSE ./
COPY checkpoints checkpoints
COPY nets nets
COPY demo demo

USER duel
ENV GRADIO_SERVER_NAME=0.0.0.0
EXPOSE 7860
CMD ["python", "app.py"]
