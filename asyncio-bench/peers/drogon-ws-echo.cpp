// Drogon's WebSocket server with one event loop: sends each message back: drogon-ws-echo [PORT]. Prints its port.
#include <cstdlib>
#include <drogon/HttpAppFramework.h>
#include <drogon/WebSocketController.h>
#include <iostream>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>

using namespace drogon;

class Echo : public WebSocketController<Echo> {
public:
    void handleNewMessage(const WebSocketConnectionPtr &connection, std::string &&message,
                          const WebSocketMessageType &type) override {
        if (type == WebSocketMessageType::Text || type == WebSocketMessageType::Binary) {
            connection->send(message, type);
        }
    }

    void handleNewConnection(const HttpRequestPtr &, const WebSocketConnectionPtr &) override {}

    void handleConnectionClosed(const WebSocketConnectionPtr &) override {}

    WS_PATH_LIST_BEGIN
    WS_PATH_ADD("/", Get);
    WS_PATH_LIST_END
};

static void require_no_delay(int fd) {
    int on = 1;
    socklen_t length = sizeof on;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, length);
    if (getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &length) != 0 || !on) {
        throw std::runtime_error("TCP_NODELAY is off");
    }
}

static void print_port() {
    std::cout << "listening on port " << app().getListeners().front().toPort() << std::endl;
}

int main(int argc, char **argv) {
    unsigned short port = argc > 1 ? std::atoi(argv[1]) : 0;
    app().setLogLevel(trantor::Logger::kWarn)
        .addListener("127.0.0.1", port)
        .setThreadNum(1)
        .setIdleConnectionTimeout(0)
        .setClientMaxWebSocketMessageSize(32 * 1024 * 1024)
        .setAfterAcceptSockOptCallback(require_no_delay);
    // Drogon listens only after this: its main loop then has the loop of its one thread do it.
    app().registerBeginningAdvice(
        [] { app().getLoop()->queueInLoop([] { app().getIOLoop(0)->queueInLoop(print_port); }); });
    app().run();
}
