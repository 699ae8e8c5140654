# A tenant as blueprints/dna.yaml says it, with psql and docker alone: its database, its jobs, and its app of $IMAGE at
# $PORT in the platform's network $SHARED, until the app is healthy. Secrets come from the environment by name.
set -eu
sh "$(dirname "$0")/database.sh"
docker network create "${NAME}_default" > /dev/null
docker volume create "${NAME}_uploads" > /dev/null

# A container in both networks, not yet started: its name, then options, image and command.
begin() {
  name=$1
  shift
  docker create --name "${NAME}_$name" --network "${NAME}_default" --cap-drop ALL --security-opt no-new-privileges \
    -e NODE_ENV=production -e INSTANCE_NAME="$NAME" --log-opt max-size=10m --log-opt max-file=3 "$@" > /dev/null
  docker network connect "$SHARED" "${NAME}_$name"
}

begin migrate -e DIRECT_URL "$IMAGE" migrate
docker start --attach "${NAME}_migrate" > /dev/null
begin admin -e DIRECT_URL -e ADMIN_NAME=Administrator -e ADMIN_EMAIL=first@example.org -e ADMIN_PASSWORD \
  -e BCRYPT_COST=12 "$IMAGE" admin
docker start --attach "${NAME}_admin" > /dev/null
begin app -p "$PORT:3000" -v "${NAME}_uploads:/app/uploads" --init --restart unless-stopped --stop-timeout 30 \
  -e APP_NAME="$NAME" -e HOST=0.0.0.0 -e PORT=3000 -e DATABASE_URL -e DATABASE_POOL=5 -e JWT_SECRET \
  -e UPLOADS_DIR=/app/uploads \
  --health-interval 2s --health-timeout 5s --health-retries 5 --health-start-period 30s --health-cmd \
  'node -e "fetch(\"http://127.0.0.1:3000/health\").then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"' \
  "$IMAGE"
docker start "${NAME}_app" > /dev/null
while
  status=$(docker inspect --format '{{.State.Health.Status}}' "${NAME}_app")
  [ "$status" = starting ]
do sleep 0.1; done
[ "$status" = healthy ]
