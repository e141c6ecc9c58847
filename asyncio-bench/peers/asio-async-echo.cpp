// Asio with one event loop and callbacks: asio-async-echo [PORT]. Prints its port.
#include <asio.hpp>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <vector>

using asio::ip::tcp;

// How much is read at once: little, so that a connection of one brief message pays for no more, and most once that was full.
static constexpr std::size_t FIRST_BYTES = 4 * 1024, MOST_BYTES = 64 * 1024;

class connection : public std::enable_shared_from_this<connection> {
public:
    explicit connection(tcp::socket accepted) : socket(std::move(accepted)) {
        socket.set_option(tcp::no_delay(true));
        tcp::no_delay read_back;
        socket.get_option(read_back);
        if (!read_back.value()) {
            throw std::runtime_error("TCP_NODELAY is off");
        }
    }

    void read() {
        if (was_filled) {
            buffer.resize(MOST_BYTES);
        }
        socket.async_read_some(asio::buffer(buffer), [self = shared_from_this()](auto failure, std::size_t count) {
            if (!failure) {
                self->was_filled = count == self->buffer.size();
                self->write(count);
            }
        });
    }

private:
    void write(std::size_t count) {
        asio::async_write(socket, asio::buffer(buffer, count), [self = shared_from_this()](auto failure, std::size_t) {
            if (!failure) {
                self->read();
            }
        });
    }

    tcp::socket socket;
    std::vector<char> buffer = std::vector<char>(FIRST_BYTES);
    bool was_filled = false;
};

static void accept(tcp::acceptor &acceptor) {
    acceptor.async_accept([&acceptor](auto failure, tcp::socket socket) {
        if (!failure) {
            std::make_shared<connection>(std::move(socket))->read();
        }
        accept(acceptor);
    });
}

int main(int argc, char **argv) {
    unsigned short port = argc > 1 ? std::atoi(argv[1]) : 0;
    asio::io_context context(1);
    tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), port));
    std::cout << "listening on port " << acceptor.local_endpoint().port() << std::endl;
    accept(acceptor);
    context.run();
}
